import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeStore, sampleHeader } from '@colloquy/testing';
import { startMongo, type StartedMongo } from '@colloquy/tools/servers';
import { connectReader, connectStore } from './connect-store.ts';
import { StoreRefusedError, StoreUnavailableError } from './errors.ts';
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
  return { store, close: () => store.close() };
});

describe('faults of a MongoDB server', () => {
  it('says within three seconds that nothing answers, and works as soon as something does', async () => {
    const other = await startMongo({ dataDir: await mkdtemp(join(dataDir, 'other-')) });
    await other.stop();
    const store = connectReader({ uri: other.uri, appName: 'test' });
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
    await store.close();
    await other.stop();
  }, 60_000);

  it('does not wait for a server that takes the connection and says nothing', async () => {
    const silent = await new Promise<Server>((resolve) => {
      const server = createServer(() => undefined).listen(0, '127.0.0.1', () => resolve(server));
    });
    const address = silent.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const store = connectReader({ uri: `mongodb://127.0.0.1:${port}/x?directConnection=true`, appName: 'test' });
    const began = performance.now();
    await expect(store.ping()).rejects.toThrow(StoreUnavailableError);
    expect(performance.now() - began).toBeLessThan(4000);
    await store.close();
    silent.close();
  }, 30_000);

  it('tells a document that it never takes from a fault of its own', async () => {
    const store = connectStore({ uri: mongo.uri, appName: 'test' });
    const chatId = 'chat-0123456789abcdef';
    const header = sampleHeader(chatId, { title: 'x'.repeat(17 * 1024 * 1024) });
    await expect(store.updateChat(chatId, 0, { header, push: [] })).rejects.toThrow(StoreRefusedError);
    await store.close();
  }, 30_000);
});
