import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import { describeStore, sampleHeader } from '@colloquy/testing';
import { startMongo, type StartedMongo } from '@colloquy/tools/servers';
import { MongoConnection } from './mongo-connection.ts';
import { MongoWriter } from './mongo-writer.ts';
import { connectReader, connectStore, type Closable } from './connect-store.ts';
import { StoreRefusedError, StoreUnavailableError } from './errors.ts';
import type { PlacedEvent } from './ports.ts';
import { provisionStore } from './provision-store.ts';

let dataDir: string;
let mongo: StartedMongo;
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'colloquy-store-'));
  mongo = await startMongo({ dataDir });
}, 120_000);
afterAll(async () => {
  await mongo.stop();
  await rm(dataDir, { recursive: true, force: true });
}, 30_000);

describeStore('a MongoDB server', async () => {
  await provisionStore({ uri: mongo.uri });
  await provisionStore({ uri: mongo.uri });
  const store = connectStore({ uri: mongo.uri, appName: 'test' });
  return { store, breakOffErase, close: () => store.close() };
});

/** A writer of its own, whose connection dies before it deletes an event. */
async function breakOffErase(chatId: string): Promise<void> {
  const connection = new MongoConnection({ uri: mongo.uri, appName: 'breaks-off' }, 5000);
  const broken = new StoreUnavailableError('broken off');
  await connection.use(async ({ events }) => {
    Object.assign(events, { deleteMany: () => Promise.reject(broken) });
  });
  const writer = new MongoWriter(connection);
  await expect(writer.erase(chatId)).rejects.toThrow(StoreUnavailableError);
  await writer.close();
}

it('a batch that is there already after a crash is not read back: its places say that it is the same', async () => {
  const connection = new MongoConnection({ uri: mongo.uri, appName: 'again' }, 5000);
  const writer = new MongoWriter(connection);
  const read: unknown[] = [];
  await connection.use(async ({ events }) => {
    const find = events.find.bind(events);
    Object.assign(events, {
      find: (...[filter, fields]: Parameters<typeof find>) => {
        read.push(fields);
        return find(filter, fields);
      },
    });
  });
  const chatId = 'again-0000-0000-0001';
  const title = 'A title';
  const events = Array.from({ length: 20 }, (_, at): PlacedEvent => {
    const event: ChatEvent = { type: 'chat_renamed', title, by: 'ada', seq: at + 1, at: '2026-01-01T00:00:00.000Z' };
    return { event, chatId, ownerId: 'ada', epoch: 'epoch1', streamSeq: at + 1 };
  });
  await writer.insertEvents(events);
  expect(await writer.insertEvents(events)).toEqual({ conflicts: [] });
  expect(read).toEqual([{ epoch: 1, streamSeq: 1 }]);
  const moved = events.map((placed) => ({ ...placed, epoch: 'epoch2' }));
  expect(await writer.insertEvents(moved)).toEqual({ conflicts: [] });
  const other = moved.map((placed, at) => (at === 3 ? { ...placed, event: { ...placed.event, title: 'y' } } : placed));
  expect(await writer.insertEvents(other as PlacedEvent[])).toEqual({ conflicts: [other[3]] });
  await writer.close();
});

describe('faults of a MongoDB server', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });
  const opened = <T extends Closable>(store: T): T => {
    closers.push(() => store.close());
    return store;
  };

  it('says within three seconds that nothing answers, and works as soon as something does', async () => {
    const other = await startMongo({ dataDir: await mkdtemp(join(dataDir, 'other-')) });
    await other.stop();
    closers.push(() => other.stop());
    const store = opened(connectReader({ uri: other.uri, appName: 'test' }));
    const began = performance.now();
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    await expect(store.header('chat-0123456789abcdef')).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - began).toBeLessThan(6000);
    await other.restart();
    await expect(store.header('chat-0123456789abcdef')).resolves.toBeUndefined();
    await other.kill();
    await expect(store.header('chat-0123456789abcdef')).rejects.toThrow(StoreUnavailableError);
    await other.restart();
    await expect(store.header('chat-0123456789abcdef')).resolves.toBeUndefined();
  }, 60_000);

  it('does not wait for a server that takes the connection and says nothing', async () => {
    const silent = await new Promise<Server>((resolve) => {
      const server = createServer(() => undefined).listen(0, '127.0.0.1', () => resolve(server));
    });
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    closers.push(async () => void silent.close());
    const store = opened(
      connectReader({ uri: `mongodb://127.0.0.1:${port}/x?directConnection=true`, appName: 'test' }),
    );
    const began = performance.now();
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - began).toBeLessThan(4000);
  }, 30_000);

  it('tells a document that it never takes from a fault of its own', async () => {
    const store = opened(connectStore({ uri: mongo.uri, appName: 'test' }));
    const chatId = 'chat-0123456789abcdef';
    const header = sampleHeader(chatId, { title: 'x'.repeat(17 * 1024 * 1024) });
    await expect(store.updateChat(chatId, 0, { header, push: [] })).rejects.toThrow(StoreRefusedError);
  }, 30_000);
});
