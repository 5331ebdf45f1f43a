import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { traceMessaging, type Messaging } from '@colloquy/messaging';
import { createOtelTracer } from '../libs/service/src/otel-tracer.ts';
import type { Bench, Measured } from './bench.ts';
import { withNats } from './support/bench-nats.ts';
import { interleave } from './support/interleave.ts';
import { beginChat, sampleEvent, type SampleChat } from './support/sample-chat.ts';

const CHATS = 100;
const APPENDS_PER_CHAT = 50;

/**
 * Microseconds of this process's CPU for an append when all chats append side by side, each one at a time. What the
 * machine does besides counts for little, unlike in a rate.
 */
async function appendCost(chats: readonly SampleChat[]): Promise<number> {
  const before = process.cpuUsage();
  await Promise.all(
    chats.map(async ({ appender }) => {
      for (let n = 0; n < APPENDS_PER_CHAT; n += 1) await appender.append({ events: [sampleEvent] });
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / (chats.length * APPENDS_PER_CHAT);
}

async function startCollector(): Promise<{ url: string; stop: () => void }> {
  const child = fork(path.join(import.meta.dirname, 'support/collector.ts'), { stdio: 'ignore' });
  const [port] = (await once(child, 'message')) as [number];
  return { url: `http://127.0.0.1:${String(port)}/v1/traces`, stop: () => void child.kill() };
}

const tracerOf = (url: string, ratio: number) =>
  createOtelTracer({
    settings: { url, sampler: 'traceidratio', ratio, resource: { 'service.name': 'bench' } },
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
  });

async function run(): Promise<Measured> {
  const collector = await startCollector();
  const [every, few] = [tracerOf(collector.url, 1), tracerOf(collector.url, 0.05)];
  try {
    return await withNats(async ({ messaging }) => {
      const begin = (of: Messaging) => Promise.all(Array.from({ length: CHATS }, () => beginChat(of)));
      const plain = await begin(messaging);
      const traced = await begin(traceMessaging(messaging, every));
      const sampled = await begin(traceMessaging(messaging, few));
      const floor = (): Promise<number> => appendCost(plain);
      const compared = await interleave({ ours: () => appendCost(traced), floor });
      const twentieth = await interleave({ ours: () => appendCost(sampled), floor });
      const { ratio, spread } = compared;
      const parts = { 'traced µs': compared.ours, 'not traced µs': compared.floor };
      return { ratio, spread, parts: { ...parts, 'ratio when every 20th trace is kept': twentieth.ratio } };
    });
  } finally {
    await Promise.all([every.flush(), few.flush()]);
    collector.stop();
  }
}

/** What it costs a process to trace every append and to send its span, against the same appends with tracing off. */
export const bench: Bench = { name: 'traced append / append, CPU', goal: { atMost: 4 }, run };
