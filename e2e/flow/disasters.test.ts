import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import { chatSubject, DURABLES, STREAMS } from '@colloquy/contracts';
import { runOps } from '../../tools/ops/run-ops.ts';
import { root } from '../../tools/paths.ts';
import { shown } from '../support/bare-client.ts';
import { startSystem, untilStored, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Streams this many numbered words: about as many tokens. */
const LONG = '[[say:900]]';
const SECOND = 1_000_000_000;
/** Longer than a takeover takes, on a slow machine too; much shorter than the watchdog, which would hide what was lost. */
const STILL_MS = 40_000;

/** One system that loses, one after the other, what it stands on; the pages of a person stay open all the while. */
describe('disasters', () => {
  let system: System;
  let client: Client;
  let token: string;
  let nats: NatsConnection;
  let jsm: JetStreamManager;

  beforeAll(async () => {
    system = await startSystem();
    client = createClient({ baseUrl: system.url });
    ({ token } = await client.guest());
    nats = await connect({ servers: system.launched.urls.get('nats')?.[0] ?? '', maxReconnectAttempts: -1 });
    jsm = await jetstreamManager(nats, { checkAPI: false });
  }, 180_000);

  afterAll(async () => {
    client.close();
    await nats.close();
    await system.stop();
  }, 60_000);

  /** Runs an operator's command on the system; what it printed, and what it threw as the last line. */
  async function ops(...args: readonly string[]): Promise<string> {
    const lines: string[] = [];
    const print = (line: string) => void lines.push(line);
    const context = { args, env: {}, cwd: root, dataDir: system.launched.dataDir, print };
    await runOps(context).catch((error: unknown) => {
      lines.push(`failed: ${error instanceof Error ? error.message : String(error)}`);
    });
    return lines.join('\n');
  }

  const view = (chat: ChatHandle) => chat.getView().chat;

  /** Waits for the chat to rest after so many runs: however slow the machine is, as long as the page still moves. */
  async function rested(chat: ChatHandle, runs: number): Promise<void> {
    const ended = () => [...view(chat).entries].filter((entry) => entry.kind === 'user').length;
    const resting = () => view(chat).status === 'idle' && !view(chat).gap && ended() >= runs;
    const what = `chat ${chat.chatId} at rest after ${String(runs)} messages`;
    while (!resting()) {
      const before = shownOf(chat);
      const moved = () => resting() || shownOf(chat) !== before || undefined;
      await waitFor(moved, { what, withinMs: STILL_MS }).catch(async (error: unknown) => {
        throw new Error(await whatOf(chat), { cause: error });
      });
    }
  }

  /** How far the page is. */
  function shownOf(chat: ChatHandle): string {
    const { status, lastSeq, entries } = view(chat);
    const texts = [...entries].map((entry) => ('text' in entry ? entry.text.length : 0));
    return `${status} after event ${String(lastSeq)}, texts of ${texts.join(', ')} characters`;
  }

  /** All that tells why a chat does not come to rest. */
  async function whatOf(chat: ChatHandle): Promise<string> {
    const { chatId } = chat;
    const { chat: shows, phase, error } = chat.getView();
    const log = await system.storedEvents(chatId);
    const last = await onLog(chatId).catch(String);
    const runs = await jsm.consumers.info(STREAMS.commands, DURABLES.runs).catch(String);
    const { state } = await jsm.streams.info(STREAMS.commands, { subjects_filter: '>' });
    return [
      `chat ${chatId} does not come to rest, and nothing has moved for ${String(STILL_MS / 1000)} s`,
      `page: ${shownOf(chat)}; ${JSON.stringify({ phase, error: error?.message, gap: shows.gap, cursor: shows.cursor })}`,
      `MongoDB: ${log.map(({ seq, type }) => `${String(seq)} ${type}`).join(', ')}`,
      `log ends: ${typeof last === 'string' ? last : `${String(last?.seq)} ${last?.string().slice(0, 1000) ?? ''}`}`,
      `queues: ${JSON.stringify(state.subjects)}, tickets: ${typeof runs === 'string' ? runs : JSON.stringify(runs)}`,
      `audit: ${await ops('audit', chatId)}`,
      ...['orchestrator', 'persistence', 'realtime-gateway'].flatMap((name) =>
        system
          .lines(name)
          .filter((line) => line.includes(chatId))
          .slice(-5)
          .map((line) => `${name}: ${line.slice(0, 1000)}`),
      ),
    ].join('\n');
  }

  async function chatAtRest(text: string): Promise<ChatHandle> {
    const { chatId } = client.startChat({ workflow: 'assistant', text });
    const chat = client.openChat(chatId);
    await rested(chat, 1);
    await waitFor(() => (view(chat).lastSeq > 4 ? true : undefined), { what: 'a run' });
    await untilStored(system, chatId, view(chat).lastSeq);
    return chat;
  }

  /** The page that stayed open, one that is opened now, and every other copy say the same. */
  async function expectSame(chat: ChatHandle): Promise<void> {
    const other = createClient({ baseUrl: system.url, token });
    try {
      const fresh = other.openChat(chat.chatId);
      await fresh.ready;
      await waitFor(() => (view(fresh).lastSeq === view(chat).lastSeq ? true : undefined), { what: 'the same event' });
      expect(shown(view(fresh))).toEqual(shown(view(chat)));
    } finally {
      other.close();
    }
    const said = await ops('audit', chat.chatId);
    expect(said).toContain(`Asking the API at ${system.url} as each chat's owner.`);
    expect(said).toMatch(/ok .*1 chats with \d+ events, 0 erased; 0 differ/s);
  }

  const onLog = (chatId: string) => jsm.streams.getMessage(STREAMS.chats, { last_by_subj: chatSubject(chatId) });

  it('P2, P4: a log that has aged out: the chat goes on from MongoDB’s events and the log’s tail', async () => {
    const chat = await chatAtRest('[[echo]] before it aged');
    const { config } = await jsm.streams.info(STREAMS.chats);
    await jsm.streams.update(STREAMS.chats, { ...config, max_age: SECOND, duplicate_window: SECOND });
    await waitFor(async () => ((await onLog(chat.chatId)) === null ? true : undefined), { what: 'an empty log' });
    await jsm.streams.update(STREAMS.chats, config);
    const aged = view(chat).lastSeq;
    chat.send('[[echo]] after it aged');
    await rested(chat, 2);
    expect(view(chat).lastSeq).toBeGreaterThan(aged);
    await untilStored(system, chat.chatId, view(chat).lastSeq);
    await expectSame(chat);
    expect(await ops('rebuild', chat.chatId)).toContain('Rebuilt 1 chats');
    await expectSame(chat);
    // It has aged out, it was not lost: a restore leaves it where it is.
    expect(await ops('restore', '--all')).toContain('Restored 0 chats with 0 events');
  }, 180_000);

  it('P2, P3, P4: NATS loses its data: a restore puts the logs back, a run goes on, open pages show it', async () => {
    const idle = await chatAtRest('[[echo]] at rest');
    const { chatId } = client.startChat({ workflow: 'assistant', text: LONG });
    const busy = client.openChat(chatId);
    const words = () => [...view(busy).entries].filter((entry) => entry.kind === 'agent').map(({ text }) => text);
    await waitFor(() => ((words().at(-1) ?? '').split(' ').length > 20 ? true : undefined), { what: 'a stream' });
    await untilStored(system, chatId, view(busy).lastSeq);

    await lose('nats', ['nats', 'jetstream']);
    const before = performance.now();
    const said = await waitFor(
      async () => {
        const text = await ops('restore', '--all');
        return text.includes('Restored') ? text : undefined;
      },
      { what: 'a broker that can be restored', withinMs: 60_000, everyMs: 500 },
    );
    expect(said).toMatch(/Restored [2-9] chats with \d+ events, 1 of them running/);
    expect(said).not.toContain('failed');
    expect(await ops('restore', '--all')).toContain('Restored 0 chats');

    await rested(busy, 1);
    console.info(
      `a run went on to its end ${((performance.now() - before) / 1000).toFixed(1)} s after the restore began`,
    );
    expect((words().at(-1) ?? '').trim().split(/\s+/)).toHaveLength(900);
    idle.send('[[echo]] after the loss');
    await rested(idle, 2);
    for (const chat of [idle, busy]) {
      await untilStored(system, chat.chatId, view(chat).lastSeq);
      await expectSame(chat);
    }
    expect(await ops('parked', 'list')).toBe('Nothing is parked.');
    expect(await ops('conflicts', 'list')).toBe('No chat has a conflict.');
  }, 240_000);

  it('P2: MongoDB loses its data: a rebuild brings lists, documents, usage and sidebar back, and chats go on', async () => {
    const chat = await chatAtRest('[[echo]] remember me');
    const [rows, usage] = [await client.api.listChats(), await client.api.getUsage()];
    expect(rows.chats.length).toBeGreaterThan(1);
    expect(usage.totals.modelCalls).toBeGreaterThan(0);

    await lose('mongodb', ['secantusdb'], ['mongodb']);
    await waitFor(async () => ((await ops('provision')).includes('are there') ? true : undefined), {
      what: 'a database that can be provisioned',
      withinMs: 60_000,
      everyMs: 500,
    });
    expect((await client.api.listChats()).chats).toEqual([]);
    const said = await ops('rebuild', '--all');
    // What had aged out of the log before is what a lost database really loses.
    expect(said).toMatch(/Rebuilt [2-9] chats with \d+ events/);
    const kept = (all: typeof rows) => all.chats.filter(({ chatId }) => !said.includes(`${chatId}  not rebuilt`));
    expect(kept(await client.api.listChats())).toEqual(kept(rows));
    expect((await client.api.getUsage()).totals.modelCalls).toBeGreaterThan(0);
    chat.send('[[echo]] you are back');
    await rested(chat, 2);
    await untilStored(system, chat.chatId, view(chat).lastSeq);
    await expectSame(chat);
    expect((await client.api.listChats()).chats[0]).toMatchObject({ chatId: chat.chatId, lastSeq: view(chat).lastSeq });
  }, 240_000);

  /** Takes a server's files away under it, then kills it; it is started again at once, with nothing. */
  async function lose(server: string, ...folders: readonly (readonly string[])[]): Promise<void> {
    const pid = () => system.launched.processes().find(({ name }) => name === server)?.pid;
    const old = pid();
    system.signal(server, 'SIGSTOP');
    for (const folder of folders) await emptyFolder(path.join(system.launched.dataDir, ...folder));
    system.signal(server, 'SIGKILL');
    await waitFor(() => (pid() !== undefined && pid() !== old ? true : undefined), { what: `${server} again` });
  }

  async function emptyFolder(folder: string): Promise<void> {
    for (const name of await readdir(folder).catch(() => [])) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
});
