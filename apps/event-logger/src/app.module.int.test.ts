import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EMPTY_LOG, connectMessaging, type Messaging } from '@colloquy/messaging';
import { bootService, readEnv, serviceEnv, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { startTestNats, type TestNats } from '@colloquy/testing';
import { z } from 'zod';
import { AppModule } from './app.module.ts';

const CHAT = 'chat-real-0000-0001';
let nats: TestNats;
let writer: Messaging;
const services: RunningService[] = [];

beforeAll(async () => {
  nats = await startTestNats();
  writer = await connectMessaging({ url: nats.url, name: 'writer', clock: systemClock, ids: systemIds });
}, 120_000);

afterAll(async () => {
  for (const service of services) await service.stop();
  await writer.drain();
  await nats.stop();
}, 30_000);

type Line = Record<string, unknown>;

async function start(lines: Line[]): Promise<RunningService> {
  const env = readEnv(z.object({ ...serviceEnv, NATS_URL: z.string() }), { PORT: '0', NATS_URL: nats.url });
  const logTo = { write: (line: string) => void lines.push(JSON.parse(line) as Line) };
  const service = await bootService({ name: 'event-logger', env, module: AppModule, logTo });
  services.push(service);
  return service;
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 15_000;
  while (!condition()) {
    if (performance.now() > end) throw new Error('not within 15 s');
    await systemClock.sleep(20);
  }
}

const typesIn = (lines: readonly Line[]) => lines.filter(({ chatId }) => chatId === CHAT).map(({ type }) => type);

describe('P9: a new consumer on real NATS touches nothing', () => {
  it('creates its own durable at boot, and goes on where it stopped', async () => {
    const first: Line[] = [];
    const service = await start(first);
    const appender = writer.log.open(CHAT, EMPTY_LOG);
    await appender.append({ events: [{ type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: {} }] });
    await until(() => typesIn(first).length === 1);
    expect(await service.stop()).toMatchObject({ clean: true });
    await appender.append({ events: [{ type: 'chat_pinned', pinned: true }] });
    const second: Line[] = [];
    await start(second);
    await until(() => typesIn(second).length === 1);
    expect([typesIn(first), typesIn(second)]).toEqual([['chat_created'], ['chat_pinned']]);
  }, 60_000);
});
