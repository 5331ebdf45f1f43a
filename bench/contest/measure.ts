import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../bench.ts';
import type { Shape } from './shape.ts';
import { say, type Peer, type Seat } from './peer.ts';
import { countOf } from './processes.ts';
import { judge } from './screen.ts';

/** Work that is done after the answer (a projection, a checkpoint) counts too: so long it may go on, ms. */
const SETTLE_MS = 500;
const LOOK_MS = 250;
const LATE_MS = 120_000;

/** CPU of some work in ms, by part of the peer. */
export type CpuByPart = Readonly<Record<string, number>>;

/** Many chats that stream at once. */
export interface Streamed {
  readonly tokens: number;
  readonly failed: number;
  readonly cpu: CpuByPart;
  /** Seconds from the first question to the end of the last answer. */
  readonly seconds: number;
  readonly idleKib: number;
  readonly peakKib: number;
}

/** Short chats one after the other, several at once. */
export interface Shorts {
  readonly chats: number;
  readonly failed: number;
  readonly cpu: CpuByPart;
  readonly seconds: number;
}

/** Sum over all parts, ms. */
export const total = (cpu: CpuByPart): number => Object.values(cpu).reduce((sum, ms) => sum + ms, 0);

const rssOf = (peer: Peer): number => countOf(peer.parts().map(({ pid }) => pid)).rssKib;

function cpuOf(peer: Peer): CpuByPart {
  const sums: Record<string, number> = {};
  for (const { name, pid } of peer.parts()) sums[name] = (sums[name] ?? 0) + countOf([pid]).cpuMs;
  return sums;
}

/** CPU that was spent since `before`, what comes after the last answer included. */
async function cpuSince(peer: Peer, before: CpuByPart): Promise<CpuByPart> {
  await sleep(SETTLE_MS);
  return Object.fromEntries(Object.entries(cpuOf(peer)).map(([name, ms]) => [name, ms - (before[name] ?? 0)]));
}

/** Rejects when it takes too long. */
export async function inTime<T>(work: Promise<T>, what: string, ms = LATE_MS): Promise<T> {
  const late = new AbortController();
  const tooLate = sleep(ms, undefined, { signal: late.signal }).then(() => {
    throw new Error(`${what}: not within ${String(ms / 1000)} s`);
  });
  tooLate.catch(() => undefined);
  try {
    return await Promise.race([work, tooLate]);
  } finally {
    late.abort();
  }
}

/** Milliseconds from the question to the first token on the screen, of chats one after the other on a model without a wait. */
export async function firstTokens(peer: Peer, { firstTokenChats }: Shape): Promise<readonly number[]> {
  const times: number[] = [];
  for (let chat = 0; chat < firstTokenChats; chat += 1) {
    const seat = await peer.open({ lasting: false });
    try {
      const asked = performance.now();
      await inTime(seat.ask(say({ words: 20, perSecond: 0 })), 'an answer');
      if (seat.screen.firstAt === undefined) throw new Error('an answer was empty');
      times.push(seat.screen.firstAt - asked);
    } finally {
      seat.close();
    }
  }
  return times;
}

/** New people who each have one short chat, so many at once, for so long. */
export async function shortChats(peer: Peer, { shortAtOnce, shortMs, shortWords }: Shape): Promise<Shorts> {
  const before = cpuOf(peer);
  const began = performance.now();
  let [chats, failed] = [0, 0];
  const one = async (): Promise<void> => {
    const seat = await peer.open({ lasting: false });
    try {
      await inTime(seat.ask(say({ words: shortWords, perSecond: 0 })), 'an answer');
      if (judge(seat.screen.text, shortWords).lost > 0) throw new Error('an answer was not whole');
      chats += 1;
    } catch {
      failed += 1;
    } finally {
      seat.close();
    }
  };
  const lane = async (): Promise<void> => {
    do await one();
    while (performance.now() - began < shortMs);
  };
  await Promise.all(Array.from({ length: shortAtOnce }, lane));
  const seconds = (performance.now() - began) / 1000;
  return { chats, failed, seconds, cpu: await cpuSince(peer, before) };
}

/** People who are all there, ask within a second, and read until every answer has ended. */
export async function streams(peer: Peer, shape: Shape): Promise<Streamed> {
  const { streamChats, streamWords, streamPerSecond } = shape;
  const seats: Seat[] = [];
  try {
    for (let n = 0; n < streamChats; n += 1) seats.push(await peer.open({ lasting: false }));
    const [before, idleKib, began] = [cpuOf(peer), rssOf(peer), performance.now()];
    let peakKib = idleKib;
    const looking = setInterval(() => (peakKib = Math.max(peakKib, rssOf(peer))), LOOK_MS);
    const asked = seats.map(async (seat, at) => {
      await sleep((at * 1000) / streamChats);
      await seat.ask(say({ words: streamWords, perSecond: streamPerSecond }));
    });
    const ended = await inTime(Promise.allSettled(asked), 'all answers').finally(() => clearInterval(looking));
    const seconds = (performance.now() - began) / 1000;
    const tokens = seats.reduce((sum, { screen }) => sum + judge(screen.text, streamWords).shown, 0);
    const failed = ended.filter(({ status }) => status === 'rejected').length;
    return { tokens, failed, seconds, idleKib, peakKib, cpu: await cpuSince(peer, before) };
  } finally {
    for (const seat of seats) seat.close();
  }
}

/** The middle and the 95th percentile. */
export const p50p95 = (values: readonly number[]): { readonly p50: number; readonly p95: number } => ({
  p50: percentile(values, 0.5),
  p95: percentile(values, 0.95),
});
