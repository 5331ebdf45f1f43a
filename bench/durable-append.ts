import { percentile, type Bench, type Measured } from './bench.ts';
import { withNats } from './support/bench-nats.ts';
import { interleave } from './support/interleave.ts';
import { beginChat, sampleEvent } from './support/sample-chat.ts';

const SAMPLES = 1500;

/** Milliseconds of each of `SAMPLES` goes, one after the other; the middle one. */
async function middle(go: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const began = performance.now();
    await go();
    times.push(performance.now() - began);
  }
  return percentile(times, 0.5);
}

async function run(): Promise<Measured> {
  return withNats(async ({ messaging, bare }) => {
    const { appender } = await beginChat(messaging);
    const compared = await interleave({
      ours: () => middle(() => appender.append({ events: [sampleEvent] })),
      floor: () => middle(() => bare.flush()),
    });
    const { ratio, spread } = compared;
    return { ratio, spread, parts: { 'append p50 ms': compared.ours, 'ping p50 ms': compared.floor } };
  });
}

/** What it costs to have an event safe: one chat, one append at a time, against the round trip to the same broker. */
export const bench: Bench = { name: 'durable fenced append / NATS ping', goal: { atMost: 2.5 }, run };
