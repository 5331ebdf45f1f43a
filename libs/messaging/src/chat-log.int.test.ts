import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { startTestNats, systemClock, systemIds, type TestNats } from '@colloquy/testing';
import { connectMessaging } from './connect-messaging.ts';
import { EMPTY_LOG, type LiveCommit, type Messaging } from './ports.ts';

const WRITERS = 40;
const TIMEOUT_MS = 120_000;

const renamed = (title: string): NewEvent => ({ type: 'chat_renamed', title, by: 'someone' });
const titleOf = (event: ChatEvent): string => (event.type === 'chat_renamed' ? event.title : '');

async function readEvents({ log }: Messaging, chatId: string): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  for await (const { commit } of log.read(chatId, { after: 0, complete: true })) events.push(...commit.events);
  return events;
}

async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = systemClock.monotonic() + 30_000;
  while (!condition()) {
    if (systemClock.monotonic() > deadline) throw new Error(`never: ${what}`);
    await systemClock.sleep(10);
  }
}

describe('the log over NATS', () => {
  let nats: TestNats;
  const open: Messaging[] = [];
  const faults: string[] = [];
  const connect = async (name: string): Promise<Messaging> => {
    const onFault = ({ what, error }: { what: string; error: unknown }): void =>
      void faults.push(`${what}: ${String(error)}`);
    const messaging = await connectMessaging({ url: nats.url, name, clock: systemClock, ids: systemIds, onFault });
    open.push(messaging);
    return messaging;
  };

  beforeAll(async () => {
    nats = await startTestNats();
  }, TIMEOUT_MS);
  afterAll(async () => {
    await Promise.all(open.map((messaging) => messaging.drain()));
    await nats.stop();
  }, TIMEOUT_MS);

  it(
    'P2: kill -9 of the server while many write: nothing lost, doubled or out of order',
    async () => {
      const connections = await Promise.all(['a', 'b', 'c', 'd'].map(connect));
      let stop = false;
      let acked = 0;
      const writers = Array.from({ length: WRITERS }, async (_, n) => {
        const chatId = systemIds.uuid();
        const writer = connections[n % connections.length]?.log.open(chatId, EMPTY_LOG);
        const wanted: string[] = [];
        while (writer !== undefined && !stop) {
          const titles = [String(wanted.length), String(wanted.length + 1)];
          wanted.push(...titles);
          await Promise.all(titles.map((title) => writer.append({ events: [renamed(title)] })));
          acked += 2;
        }
        return { chatId, wanted };
      });
      for (let kill = 0; kill < 3; kill += 1) {
        const before = acked;
        await until(() => acked > before + 2000, 'writing goes on');
        await nats.server.kill();
        await nats.server.restart();
      }
      const before = acked;
      await until(() => acked > before + 1000, 'writing goes on after the last kill');
      stop = true;
      const written = await Promise.all(writers);
      const reader = await connect('reader');
      for (const { chatId, wanted } of written) {
        const events = await readEvents(reader, chatId);
        expect(events.map(titleOf)).toEqual(wanted);
        expect(events.map(({ seq }) => seq)).toEqual(wanted.map((_, i) => i + 1));
      }
    },
    TIMEOUT_MS,
  );

  it(
    'L1: a read of large commits gives all of them',
    async () => {
      const messaging = await connect('large');
      const chatId = systemIds.uuid();
      const writer = messaging.log.open(chatId, EMPTY_LOG);
      const large = 'x'.repeat(500 * 1024);
      for (let i = 0; i < 60; i += 1) await writer.append({ events: [renamed(`${String(i)}:${large}`)] });
      const events = await readEvents(messaging, chatId);
      expect(events.map((event) => titleOf(event).split(':')[0])).toEqual(
        Array.from({ length: 60 }, (_, i) => String(i)),
      );
    },
    TIMEOUT_MS,
  );

  it(
    'P4: live messages go on after a restart, and the sequences show what was missed',
    async () => {
      const [a, b] = await Promise.all(['writer', 'viewer'].map(connect));
      if (a === undefined || b === undefined) throw new Error('unreachable');
      const chatId = systemIds.uuid();
      const live: LiveCommit[] = [];
      let reconnects = 0;
      b.onReconnect(() => {
        throw new Error('a listener that throws');
      });
      b.onReconnect(() => (reconnects += 1));
      await b.live.subscribeChat(chatId, (commit) => live.push(commit));
      const writer = a.log.open(chatId, EMPTY_LOG);
      await writer.append({ events: [renamed('a')] });
      await until(() => live.length === 1, 'it is live');
      await nats.server.kill();
      const appending = writer.append({ events: [renamed('b')] });
      await expect(b.ping()).rejects.toThrow();
      await nats.server.restart();
      const { streamSeq } = await appending;
      await until(() => reconnects === 1, 'the viewer reconnects');
      expect(faults).toContain('telling that NATS is back: Error: a listener that throws');
      await b.ping();
      await writer.append({ events: [renamed('c')] });
      await until(() => live.at(-1)?.commit.events.some((event) => titleOf(event) === 'c') === true, 'live again');
      expect(live.at(-1)?.lastStreamSeq).toBe(streamSeq);
    },
    TIMEOUT_MS,
  );

  it(
    'P2: commands and tickets that were accepted survive a kill -9, and their consumers go on',
    async () => {
      const messaging = await connect('queues');
      const chatId = systemIds.uuid();
      const got = new Set<string>();
      const consuming = await messaging.commands.consume(async ({ command, ack }) => {
        got.add(command.commandId);
        await ack();
      });
      const publish = async (): Promise<string> => {
        const commandId = systemIds.uuid();
        const at = new Date(systemClock.now()).toISOString();
        await messaging.commands.publish({ v: 1, kind: 'cancel', commandId, chatId, userId: 'someone', at });
        return commandId;
      };
      const first = await publish();
      await until(() => got.has(first), 'the first arrives');
      const waiting = messaging.tickets.pull({ count: 1, waitMs: 30_000 });
      await nats.server.kill();
      const second = publish();
      await nats.server.restart();
      expect(await waiting).toEqual([]);
      const id = await second;
      await messaging.tickets.publish({ v: 1, chatId }, chatId);
      await until(() => got.has(id), 'the second arrives');
      const [ticket] = await messaging.tickets.pull({ count: 1, waitMs: 5000 });
      expect(ticket?.ticket.chatId).toBe(chatId);
      await ticket?.ack();
      await consuming.close();
    },
    TIMEOUT_MS,
  );
});
