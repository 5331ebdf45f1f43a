import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG, connectMessaging, type Messaging } from '@colloquy/messaging';
import { bootService, readEnv, serviceEnv, systemClock, systemIds, type RunningService } from '@colloquy/service';
import { connectReader, provisionStore, type ChatReader, type Closable } from '@colloquy/store';
import { randomLog, startTestNats, type TestNats } from '@colloquy/testing';
import { startMongo, type StartedMongo } from '@colloquy/tools/servers';
import { recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import { z } from 'zod';
import { AppModule } from './app.module.ts';

const CHOICES = Array.from({ length: 90 }, (_, index) => (index * 37) % 101);

let dataDir: string;
let mongo: StartedMongo;
let nats: TestNats;
let writer: Messaging;
let reader: ChatReader & Closable;
const services: RunningService[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'colloquy-persistence-'));
  [mongo, nats] = await Promise.all([startMongo({ dataDir }), startTestNats()]);
  await provisionStore({ uri: mongo.uri });
  writer = await connectMessaging({ url: nats.url, name: 'writer', clock: systemClock, ids: systemIds });
  reader = connectReader({ uri: mongo.uri, appName: 'test' });
}, 180_000);

afterAll(async () => {
  for (const service of services) await service.stop();
  await reader.close();
  await writer.drain();
  await nats.stop();
  await mongo.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

async function start(): Promise<RunningService> {
  const schema = z.object({ ...serviceEnv, NATS_URL: z.string(), MONGODB_URI: z.string() });
  const settings = { PORT: '0', LOG_LEVEL: 'silent', NATS_URL: nats.url, MONGODB_URI: mongo.uri };
  const service = await bootService({ name: 'persistence', env: readEnv(schema, settings), module: AppModule });
  services.push(service);
  return service;
}

function unplaced({ seq: _seq, at: _at, ...event }: ChatEvent): NewEvent {
  return event;
}

async function append(chatId: string): Promise<void> {
  const appender = writer.log.open(chatId, EMPTY_LOG);
  for (const { commit } of randomLog(CHOICES, chatId)) {
    await appender.append({ events: commit.events.map(unplaced), deltas: commit.deltas ?? [] });
  }
}

async function logOf(chatId: string): Promise<PlacedCommit[]> {
  const epoch = await writer.log.epoch();
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of writer.log.read(chatId, { after: 0, complete: true })) {
    commits.push({ epoch, streamSeq, commit });
  }
  return commits;
}

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 30_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within 30 s: ${what}`);
    await systemClock.sleep(50);
  }
}

async function expectComplete(chatId: string): Promise<void> {
  const log = await logOf(chatId);
  const expected = recordOfLog(log, publicEvent);
  await until(async () => (await reader.header(chatId))?.lastSeq === expected?.lastSeq, `${chatId} is complete`);
  expect(await reader.chat(chatId)).toEqual(expected);
  const events = await reader.events(chatId, { after: 0, limit: 10_000 });
  expect(events).toEqual(log.flatMap(({ commit }) => commit.events));
}

const readyz = async (service: RunningService) => {
  const answer = await fetch(`${service.healthUrl}/readyz`);
  return { status: answer.status, text: await answer.text() };
};

describe('the persistence service on real NATS and MongoDB', () => {
  it('P2: two instances bring every chat into MongoDB, as the fold of its log', async () => {
    const [one] = await Promise.all([start(), start()]);
    const chats = [1, 2, 3, 4].map((index) => `chat-real-0000-000${String(index)}`);
    await Promise.all(chats.map(append));
    for (const chatId of chats) await expectComplete(chatId);
    expect((await readyz(one)).status).toBe(200);
    const metrics = await (await fetch(`${one.healthUrl}/metrics`)).text();
    expect(metrics).toMatch(/colloquy_projection_lag_commits\{[^}]*\} \d/);
  }, 90_000);

  it('says on /metrics and /readyz what it gave up, and stays ready', async () => {
    const [one] = services;
    if (one === undefined) throw new Error('no service is running');
    // A log that creates no chat can never be projected.
    await writer.log.open('chat-real-0000-0008', EMPTY_LOG).append({ events: [{ type: 'chat_pinned', pinned: true }] });
    await until(async () => (await readyz(one)).text.includes('"parked":{"persistence":1}'), '/readyz says it');
    expect((await readyz(one)).status).toBe(200);
    const metrics = await (await fetch(`${one.healthUrl}/metrics`)).text();
    expect(metrics).toMatch(/colloquy_parked_messages\{[^}]*consumer="persistence"[^}]*\} 1/);
  }, 30_000);

  it('goes on without MongoDB, says how much waits, and is complete when it is back', async () => {
    const [one] = services;
    if (one === undefined) throw new Error('no service is running');
    const chatId = 'chat-real-0000-0009';
    await mongo.kill();
    await append(chatId);
    await until(async () => (await readyz(one)).text.includes('commits wait on the log'), '/readyz says the lag');
    expect((await readyz(one)).status).toBe(503);
    await mongo.restart();
    await expectComplete(chatId);
    await until(async () => (await readyz(one)).status === 200, 'ready again');
  }, 120_000);

  it('drains clean', async () => {
    for (const service of services.splice(0)) expect(await service.stop()).toMatchObject({ clean: true });
  }, 30_000);
});
