import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { UNDO_DELETE_MS, type Clock, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG, connectMessaging, type Messaging } from '@colloquy/messaging';
import { connectStore, provisionStore, type ChatWriter, type Closable } from '@colloquy/store';
import { startTestNats, systemClock, systemIds, type TestNats } from '@colloquy/testing';
import { startMongo, type StartedMongo } from '@colloquy/tools/servers';
import { eraseDeleted } from './erase-deleted.ts';
import { HeaderCache } from './header-cache.ts';
import { projectLog } from './project-log.ts';

const CREATED: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: {} };
const DELETED: NewEvent = { type: 'chat_deleted', by: 'ada' };
const renamed = (title: string): NewEvent => ({ type: 'chat_renamed', title, by: 'ada' });
const nothing = (): undefined => undefined;

let dataDir: string;
let mongo: StartedMongo;
let nats: TestNats;
let messaging: Messaging;
let store: ChatWriter & Closable;

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'colloquy-erase-'));
  [mongo, nats] = await Promise.all([startMongo({ dataDir }), startTestNats()]);
  await provisionStore({ uri: mongo.uri });
  messaging = await connectMessaging({ url: nats.url, name: 'test', clock: systemClock, ids: systemIds });
  store = connectStore({ uri: mongo.uri, appName: 'test' });
}, 180_000);

afterAll(async () => {
  await messaging.drain();
  await store.close();
  await nats.stop();
  await mongo.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 60_000);

/** As if the undo time had passed, and a minute were a tenth of a second. */
const LATER: Clock = {
  now: () => systemClock.now() + UNDO_DELETE_MS + 60_000,
  monotonic: () => systemClock.monotonic(),
  setTimeout: (fn, ms) => systemClock.setTimeout(fn, ms / 600),
  clearTimeout: (handle) => systemClock.clearTimeout(handle),
  sleep: (ms, signal) => systemClock.sleep(ms / 600, signal),
};

async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + 20_000;
  while (!(await condition())) {
    if (performance.now() > end) throw new Error(`not within 20 s: ${what}`);
    await systemClock.sleep(20);
  }
}

describe('erasing deleted chats on real NATS and MongoDB', () => {
  it('takes the log and the documents, keeps the tombstone, and lets nothing back in', async () => {
    const meters = {
      batch: nothing,
      written: nothing,
      parked: nothing,
      filled: nothing,
      outage: nothing,
      erased: nothing,
    };
    const logger = { info: nothing, warn: nothing, error: nothing };
    const parts = {
      messaging,
      store,
      ids: systemIds,
      clock: systemClock,
      logger,
      meters,
      headers: new HeaderCache(10),
    };
    const projecting = projectLog(parts, await messaging.consumer('persistence'));
    const [gone, kept] = [systemIds.uuid(), systemIds.uuid()];
    for (const chatId of [gone, kept]) {
      await messaging.log.open(chatId, EMPTY_LOG).append({ events: [CREATED, renamed('what was said')] });
    }
    const first = await messaging.log.last(gone);
    const position = { streamSeq: first?.streamSeq ?? 0, durableStreamSeq: first?.streamSeq ?? 0, lastSeq: 2 };
    const appender = messaging.log.open(gone, position);
    await appender.append({ events: [DELETED] });
    await until(async () => (await store.header(gone))?.lastSeq === 3, 'the deletion is in MongoDB');
    const erasing = [0, 1].map(() => eraseDeleted({ ...parts, clock: LATER }));
    await until(() => store.isErased(gone), 'it is erased');
    for (const one of erasing) await one.close();
    expect(await messaging.log.last(gone)).toBeUndefined();
    expect(await store.events(gone, { after: 0, limit: 10 })).toEqual([]);
    expect(await store.deleted({ before: LATER.now(), limit: 10 })).toEqual([]);
    await expect(appender.append({ events: [renamed('late')] })).rejects.toThrow('somebody else wrote');
    // One who folded the document just before it went, as of a log that has aged out.
    await messaging.log.open(gone, { ...EMPTY_LOG, lastSeq: 3 }).append({ events: [renamed('late')] });
    await until(async () => (await messaging.log.last(gone)) === undefined, 'the late commit is gone');
    expect(await store.chat(gone)).toBeUndefined();
    expect((await messaging.log.last(kept))?.commit.events).toHaveLength(2);
    await until(async () => (await store.header(kept))?.lastSeq === 2, 'the other chat is there');
    await projecting.close();
  }, 60_000);
});
