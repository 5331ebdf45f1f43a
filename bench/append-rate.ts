import type { NatsConnection } from '@nats-io/transport-node';
import type { Bench, Measured } from './bench.ts';
import { withNats } from './support/bench-nats.ts';
import { interleave } from './support/interleave.ts';
import { beginChat, sampleEvent, type SampleChat } from './support/sample-chat.ts';
import { PEER_SUBJECTS, startPeer } from './support/start-peer.ts';

const CHATS = 100;
const APPENDS_PER_CHAT = 100;
const MESSAGES = 100_000;
const PAYLOAD = new Uint8Array(256);
/** As many as are sent before the client is given time to write them. */
const BURST = 500;

/** Appends a second when all chats append side by side, each one at a time. */
async function appendRate(chats: readonly SampleChat[]): Promise<number> {
  const began = performance.now();
  await Promise.all(
    chats.map(async ({ appender }) => {
      for (let n = 0; n < APPENDS_PER_CHAT; n += 1) await appender.append({ events: [sampleEvent] });
    }),
  );
  return (chats.length * APPENDS_PER_CHAT * 1000) / (performance.now() - began);
}

/** Messages a second that reach another process. */
async function coreRate(bare: NatsConnection): Promise<number> {
  const began = performance.now();
  for (let sent = 0; sent < MESSAGES; sent += BURST) {
    for (let n = 0; n < BURST; n += 1) bare.publish(PEER_SUBJECTS.count, PAYLOAD);
    await new Promise((resolve) => setImmediate(resolve));
  }
  // On the same connection and by the same receiver: the answer comes after the last message was counted.
  const heard = Number((await bare.request(PEER_SUBJECTS.heard, '', { timeout: 30_000 })).string());
  if (heard !== MESSAGES) throw new Error(`${String(heard)} of ${String(MESSAGES)} messages were heard`);
  return (MESSAGES * 1000) / (performance.now() - began);
}

async function run(): Promise<Measured> {
  return withNats(async ({ url, messaging, bare }) => {
    const stopPeer = await startPeer(url);
    try {
      const chats = await Promise.all(Array.from({ length: CHATS }, () => beginChat(messaging)));
      const compared = await interleave({ ours: () => appendRate(chats), floor: () => coreRate(bare) });
      const { ratio, spread } = compared;
      return { ratio, spread, parts: { 'appends/s': compared.ours, 'core messages/s': compared.floor } };
    } finally {
      await stopPeer();
    }
  });
}

/** How much can be made safe: a hundred chats at once, against what the broker carries without storing it. */
export const bench: Bench = { name: 'durable fenced append rate / core pub-sub rate', goal: { atLeast: 0.12 }, run };
