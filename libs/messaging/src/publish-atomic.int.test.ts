import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { seededIds, startTestNats, systemClock, VirtualClock, type TestNats } from '@colloquy/testing';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import type { BrokerLink, PublishOutcome, WireMessage } from './broker-link.ts';
import { MemoryLink } from './memory/memory-link.ts';
import { MemoryServer } from './memory/memory-server.ts';
import { HEADERS } from './message-headers.ts';
import { NatsLink } from './nats/nats-link.ts';

const TIMEOUT_MS = 60_000;
const subject = (name: string): string => `chat.${name}-00000000000`;
const messages = (name: string, count: number, data = '{}'): WireMessage[] =>
  Array.from({ length: count }, (_, at) => ({
    subject: subject(name),
    data,
    headers: { [HEADERS.msgId]: `${name}-${String(at)}` },
  }));

interface Broker {
  readonly link: BrokerLink;
  publish(of: readonly WireMessage[]): Promise<PublishOutcome>;
  last(name: string): Promise<number | undefined>;
  stop(): Promise<void>;
}

async function realBroker(): Promise<Broker> {
  const nats: TestNats = await startTestNats();
  const connection: NatsConnection = await connect({ servers: nats.url });
  const link = await NatsLink.open(connection, systemClock);
  return {
    link,
    publish: (of) => link.publishAtomic(of),
    last: async (name) => (await link.lastOf('CHATS', subject(name)))?.seq,
    stop: async () => {
      await link.drain();
      await nats.stop();
    },
  };
}

function twin(): Promise<Broker> {
  const clock = new VirtualClock();
  const server = new MemoryServer({ clock, ids: seededIds(1, () => clock.now()) });
  const link = new MemoryLink(server, 'a');
  return Promise.resolve({
    link,
    publish: (of) => clock.run(link.publishAtomic(of)),
    last: async (name) => (await clock.run(link.lastOf('CHATS', subject(name))))?.seq,
    stop: () => Promise.resolve(),
  });
}

describe.each([
  ['NATS', realBroker],
  ['its twin', twin],
])('messages that are stored as one by %s', (_, make) => {
  let broker: Broker;
  beforeAll(async () => {
    broker = await make();
  }, TIMEOUT_MS);
  afterAll(() => broker.stop());

  it('are at most a thousand', async () => {
    expect(await broker.publish(messages('most', 1000))).toMatchObject({ kind: 'stored' });
    expect(await broker.publish(messages('more', 1001))).toMatchObject({ kind: 'refused', code: 10199 });
    expect(await broker.last('more')).toBeUndefined();
  });

  it('are refused where one of them is there already, or is in it twice', async () => {
    const [first, second] = messages('twice', 2);
    if (first === undefined || second === undefined) throw new Error('unreachable');
    expect(await broker.publish([first, first])).toMatchObject({ kind: 'refused', code: 10201 });
    expect(await broker.last('twice')).toBeUndefined();
    expect(await broker.publish([first])).toMatchObject({ kind: 'stored' });
    const before = await broker.last('twice');
    expect(await broker.publish([second, first])).toMatchObject({ kind: 'refused', code: 10201 });
    expect(await broker.last('twice')).toBe(before);
  });

  it('are refused by a stream that was not made for it', async () => {
    const tickets = messages('none', 2).map((message) => ({ ...message, subject: 'run.none-00000000000' }));
    expect(await broker.publish(tickets)).toMatchObject({ kind: 'refused', code: 10174 });
  });

  it('are refused when there are none', async () => {
    expect(await broker.publish([])).toMatchObject({ kind: 'refused' });
  });

  it(
    'may be a long history: many MiB arrive whole',
    async () => {
      const large = JSON.stringify('x'.repeat(500 * 1024));
      const stored = await broker.publish(messages('large', 200, large));
      expect(stored).toMatchObject({ kind: 'stored', seq: await broker.last('large') });
    },
    TIMEOUT_MS,
  );
});

it(
  'a connection that cannot send makes the outcome unknown, it does not throw',
  async () => {
    const nats = await startTestNats();
    try {
      const connection = await connect({ servers: nats.url });
      const link = await NatsLink.open(connection, systemClock);
      // More than the server takes: the client itself refuses to send it.
      const huge = 'x'.repeat(connection.info?.max_payload ?? 0) + 'x';
      const batch = messages('huge', 2).map((message) => ({ ...message, data: huge }));
      expect(await link.publishAtomic(batch)).toMatchObject({ kind: 'unknown' });
      await link.drain();
    } finally {
      await nats.stop();
    }
  },
  TIMEOUT_MS,
);
