import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { jetstreamManager } from '@nats-io/jetstream';
import { connect as connectNats, type NatsConnection } from '@nats-io/transport-node';
import { platformClock, platformIds } from '@colloquy/client';
import { chatSubject, publicEvent, STREAMS, type NewEvent } from '@colloquy/contracts';
import { connectMessaging, EMPTY_LOG, type Messaging } from '@colloquy/messaging';
import { connectStore, type ChatWriter, type Closable, type PlacedEvent } from '@colloquy/store';
import { foldRecord, type PlacedCommit } from '@colloquy/transcript';
import mongoose, { type Connection } from 'mongoose';
import { root } from '../paths.ts';
import { startMongo, startNats, type StartedMongo, type StartedNats } from '../servers/index.ts';
import { runOps } from './run-ops.ts';

let folder: string;
let nats: StartedNats;
let mongo: StartedMongo;
let messaging: Messaging;
let store: ChatWriter & Closable;
let raw: Connection;
let connection: NatsConnection;
let chatId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colloquy-audit-'));
  [nats, mongo] = await Promise.all([startNats({ dataDir: folder }), startMongo({ dataDir: folder })]);
  const processes = [
    { name: 'nats', url: nats.url },
    { name: 'mongodb', url: mongo.uri },
  ];
  await writeFile(join(folder, 'local.json'), JSON.stringify({ processes }));
  await ops('provision');
  messaging = await connectMessaging({ url: nats.url, name: 'test', clock: platformClock, ids: platformIds });
  store = connectStore({ uri: mongo.uri, appName: 'test' });
  raw = await mongoose.createConnection(mongo.uri).asPromise();
  connection = await connectNats({ servers: nats.url });
}, 180_000);

afterAll(async () => {
  await raw.close();
  await connection.close();
  await store.close();
  await messaging.drain();
  await Promise.all([nats.stop(), mongo.stop()]);
  await rm(folder, { recursive: true, force: true });
});

/** Runs a command; what it printed, and what it threw as the last line. */
async function ops(...args: readonly string[]): Promise<string> {
  const lines: string[] = [];
  const print = (line: string) => void lines.push(line);
  await runOps({ args, env: {}, cwd: root, dataDir: folder, print }).catch((error: unknown) => {
    lines.push(`failed: ${error instanceof Error ? error.message : String(error)}`);
  });
  return lines.join('\n');
}

async function append(to: string, batches: readonly (readonly NewEvent[])[]): Promise<readonly PlacedCommit[]> {
  const writer = messaging.log.open(to, EMPTY_LOG);
  for (const events of batches) await writer.append({ events });
  const epoch = await messaging.log.epoch();
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of messaging.log.read(to, { after: 0, complete: true })) {
    commits.push({ epoch, streamSeq, commit });
  }
  return commits;
}

/** As persistence does. */
async function project(to: string, commits: readonly PlacedCommit[]): Promise<void> {
  const events = commits.flatMap(({ epoch, streamSeq, commit }) =>
    commit.events.map((event): PlacedEvent => ({ event, chatId: to, ownerId: 'ada', epoch, streamSeq })),
  );
  await store.insertEvents(events);
  const { header, push } = foldRecord(undefined, commits, publicEvent);
  if (header) await store.updateChat(to, 0, { header, push });
}

function said(text: string): NewEvent {
  const [messageId, commandId] = [platformIds.uuid(), platformIds.uuid()];
  return { type: 'user_message', messageId, commandId, text, by: 'ada' };
}

interface Stored {
  readonly _id: string;
  readonly title?: string;
  readonly lastSeq?: number;
  readonly messageCount?: number;
  readonly messages?: readonly unknown[];
  readonly chatId?: string;
  readonly seq?: number;
  readonly type?: string;
  readonly event?: unknown;
}

const chats = () => raw.collection<Stored>('chats');
const events = () => raw.collection<Stored>('events');

describe('npm run ops -- audit', () => {
  beforeEach(async () => {
    chatId = platformIds.uuid();
    const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: { secret: 1 } };
    const batches = [[created, said('one')], [said('two')], [said('three'), said('four')]];
    await project(chatId, await append(chatId, batches));
  }, 60_000);

  it('P1: says that log, events, document and engine agree, with a hash that any copy gives', async () => {
    const text = await ops('audit', chatId);
    expect(text).toContain('The API is left out: set API_URL');
    expect(text).toMatch(
      new RegExp(`ok +${chatId}  5 events  [0-9a-f]{16}\\n1 chats with 5 events, 0 erased; 0 differ`),
    );
    const json = JSON.parse(await ops('audit', chatId, '--json')) as {
      chats: { hash: string; differences: unknown[] }[];
    };
    expect(json.chats).toHaveLength(1);
    expect(json.chats[0]).toMatchObject({ chatId, events: 5, differences: [] });
    expect(text).toContain(json.chats[0]?.hash.slice(0, 16));
  });

  it('looks at every chat, and fails when one of them differs', async () => {
    await chats().updateOne({ _id: chatId }, { $set: { title: 'forged' } });
    const text = await ops('audit', '--all');
    expect(text).toMatch(new RegExp(`WRONG  ${chatId}`));
    expect(text).toMatch(/failed: 1 of \d+ chats differ/);
    await chats().updateOne({ _id: chatId }, { $set: { title: '' } });
    expect(await ops('audit', '--all')).toContain('0 differ');
  }, 60_000);

  const damages: readonly (readonly [string, () => Promise<unknown>, RegExp])[] = [
    [
      'an event that MongoDB lacks',
      () => events().deleteOne({ _id: `${chatId}:3` }),
      /events: event 3 \(user_message\) is missing/,
    ],
    [
      'an event that was changed',
      () => events().updateOne({ _id: `${chatId}:3` }, { $set: { 'event.text': 'forged' } }),
      /events: event 3 \(user_message\) differs in text/,
    ],
    [
      'a wrong counter',
      () => chats().updateOne({ _id: chatId }, { $inc: { messageCount: 1 } }),
      /document: messageCount is 5, the log says 4/,
    ],
    [
      'a lastSeq beyond the log',
      () => chats().updateOne({ _id: chatId }, { $inc: { lastSeq: 1 } }),
      /document: it is at event 6, the log ends at 5/,
    ],
    [
      'a doubled message',
      async () => {
        const found = await chats().findOne({ _id: chatId });
        const messages = found?.messages ?? [];
        return chats().updateOne({ _id: chatId }, { $set: { messages: [...messages, messages.at(-1)] } });
      },
      /document: messages hold event 5 \(user_message\) twice/,
    ],
    [
      'a wrong text in the document',
      () => chats().updateOne({ _id: chatId }, { $set: { 'messages.1.text': 'forged' } }),
      /document: messages: event 3 \(user_message\) differs in text/,
    ],
    [
      'a hole in the log',
      async () => {
        const jsm = await jetstreamManager(connection);
        const [, second] = await streamSequences();
        return jsm.streams.deleteMessage(STREAMS.chats, second ?? 0);
      },
      /log: the log has a hole: event 4 \(stream sequence \d+\) follows event 2/,
    ],
    [
      'a commit that is on the log again',
      async () => {
        const jsm = await jetstreamManager(connection);
        const [, second] = await streamSequences();
        const message = await jsm.streams.getMessage(STREAMS.chats, { seq: second ?? 0 });
        connection.publish(chatSubject(chatId), message?.data);
        await connection.flush();
      },
      /log: event 3 is on the log again at stream sequence \d+, after event 5/,
    ],
  ];

  it.each(damages)('finds %s', async (_what, damage, expected) => {
    await damage();
    const text = await ops('audit', chatId);
    expect(text).toMatch(expected);
    expect(text).toMatch(/failed: 1 of 1 chats differ/);
    await store.erase(chatId);
    await messaging.log.erase(chatId, Number.MAX_SAFE_INTEGER);
  });

  it('waits for a document that is being written, and does not call it wrong', async () => {
    const slow = platformIds.uuid();
    const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'assistant', variables: {} };
    const commits = await append(slow, [[created, said('one')]]);
    const auditing = ops('audit', slow);
    await project(slow, commits);
    expect(await auditing).toMatch(/ok .*1 chats with 2 events/s);
  });

  it('finds an erased chat of which something is left', async () => {
    const [kept] = await streamSequences();
    await store.erase(chatId);
    expect(await ops('audit', chatId)).toContain('log: the chat was erased, but event 1 is on the log');
    await messaging.log.erase(chatId, Number.MAX_SAFE_INTEGER);
    expect(kept).toBeGreaterThan(0);
    expect(await ops('audit', chatId)).toMatch(new RegExp(`ok +${chatId}  erased\\n0 chats with 0 events, 1 erased`));
    await events().insertOne({ _id: `${chatId}:2`, chatId, seq: 2, type: 'user_message', event: { seq: 2 } });
    expect(await ops('audit', chatId)).toContain('events: the chat was erased, but 1 events are in MongoDB');
    await store.erase(chatId);
  });

  it('says when there is no such chat, and what it wants to be told', async () => {
    const none = platformIds.uuid();
    expect(await ops('audit', none)).toContain(`failed: There is no chat ${none}, and there was none.`);
    expect(await ops('audit')).toContain('Which chat? Give the id of one, or --all.');
    expect(await ops('audit', 'chat.*')).toContain('"chat.*" is no id of a chat');
  });

  async function streamSequences(): Promise<readonly number[]> {
    const found: number[] = [];
    for await (const { streamSeq } of messaging.log.read(chatId, { after: 0, complete: true })) found.push(streamSeq);
    return found;
  }
});
