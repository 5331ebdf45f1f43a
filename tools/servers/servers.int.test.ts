import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createConnection } from 'mongoose';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMongo } from './mongo-server.ts';
import { startNats } from './nats-server.ts';
import { isAlive } from './process-identity.ts';
import { waitFor } from './wait-for.ts';

let dataDir: string;

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'colloquy-servers-'));
});

afterEach(async () => {
  await rm(dataDir, { recursive: true, force: true });
});

/** Publishes one message and counts what the stream then has. */
async function publish(url: string, replicas: number): Promise<number> {
  const nc = await connect({ servers: url.split(','), noAsyncTraces: true });
  try {
    const jsm = await jetstreamManager(nc);
    await jsm.streams.add({ name: 'TEST', subjects: ['test'], num_replicas: replicas });
    // A stream of several replicas takes messages only once its leader is chosen; the id keeps a second try from counting.
    const msgID = randomUUID();
    const until = async (): Promise<boolean> => (await jetstream(nc).publish('test', 'hello', { msgID })).seq > 0;
    await waitFor({ what: 'a stream that takes messages', until, deadlineMs: 20_000 });
    return (await jsm.streams.info('TEST')).state.messages;
  } finally {
    await nc.close();
  }
}

describe('startNats', () => {
  it('keeps its streams over SIGKILL and an orderly stop, on the same port', async () => {
    const nats = await startNats({ dataDir });
    const [pid = 0] = nats.pids();
    expect(await publish(nats.url, 1)).toBe(1);
    await nats.kill();
    expect(isAlive(pid)).toBe(false);
    await nats.restart();
    expect(await publish(nats.url, 1)).toBe(2);
    await nats.restart({ stopFirst: true });
    expect(await publish(nats.url, 1)).toBe(3);
    await nats.stop();
    expect(nats.pids()).toEqual([]);
  }, 120_000);

  it('makes a cluster of three that survives the loss of one', async () => {
    const nats = await startNats({ dataDir, nodes: 3 });
    expect(nats.pids()).toHaveLength(3);
    expect(await publish(nats.url, 3)).toBe(1);
    await nats.kill(0);
    expect(nats.pids()).toHaveLength(2);
    await nats.restart();
    expect(await publish(nats.url, 3)).toBe(2);
    await nats.stop();
  }, 120_000);
});

describe('startMongo', () => {
  it('keeps what was written over SIGKILL, on the same port', async () => {
    const mongo = await startMongo({ dataDir });
    const count = async (): Promise<number> => {
      const connection = await createConnection(mongo.uri).asPromise();
      try {
        const collection = connection.collection('probe');
        await collection.insertOne({ at: Date.now() }, { writeConcern: { w: 'majority' } });
        return await collection.countDocuments();
      } finally {
        await connection.close();
      }
    };
    expect(await count()).toBe(1);
    await mongo.kill();
    expect(mongo.pid()).toBeUndefined();
    await mongo.restart();
    expect(await count()).toBe(2);
    await mongo.stop();
  }, 180_000);
});
