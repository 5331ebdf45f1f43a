/** The client against a real HTTP and Socket.IO server that misbehaves. Promises: P2, P4, P5, P6. */
import { afterEach, describe, expect, it } from '@jest/globals';
import { publicEvent } from '@colloquy/contracts';
import { randomLog, ScriptedBackend, type ScriptedSettings } from '@colloquy/testing';
import { applyCommits, emptyView, type ChatView, type PlacedCommit } from '@colloquy/transcript';
import fc from 'fast-check';
import { createClient, type Client } from './create-client.ts';
import type { ChatState } from './chat-handle.ts';
import { ApiError } from './api-error.ts';
import { UnreachableError } from './client-error.ts';

const CHAT = 'chat-0000-0000-0001';
const DEADLINE_MS = 8_000;
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

async function startBackend(settings?: ScriptedSettings): Promise<{ backend: ScriptedBackend; url: string }> {
  const backend = new ScriptedBackend(settings);
  const url = await backend.start();
  cleanUps.push(() => backend.stop());
  return { backend, url };
}

function connect(url: string, more: Partial<Parameters<typeof createClient>[0]> = {}): Client {
  const client = createClient({ baseUrl: url, token: 'scripted', ...more });
  cleanUps.push(() => {
    client.close();
  });
  return client;
}

async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = Date.now() + DEADLINE_MS;
  while (!holds()) {
    if (Date.now() > deadline) throw new Error(`waited in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

function foldOf(log: readonly PlacedCommit[]): ChatView {
  return log.reduce(
    (view, { commit }) => applyCommits(view, { events: commit.events.map(publicEvent), deltas: commit.deltas ?? [] }),
    emptyView(CHAT),
  );
}

function shown({ memory: _memory, entries, cursor: _cursor, speaker: _speaker, ...rest }: ChatView) {
  const kept = [...entries].map((entry) => (entry.kind === 'tool' ? { ...entry, progress: '' } : entry));
  return { ...rest, entries: kept };
}

const isAt = (state: ChatState, log: readonly PlacedCommit[]): boolean =>
  state.chat.lastSeq === foldOf(log).lastSeq && state.phase === 'live';

describe('a chat over a bad line', () => {
  it('P4: ends in the fold of the log, whatever is cut, doubled, dropped or reset, and wherever', async () => {
    const { backend, url } = await startBackend();
    let world = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(239), { minLength: 10, maxLength: 60 }),
        fc.array(fc.constantFrom('cut', 'double', 'drop', 'lose', 'reset', 'slow', 'bye', 'none'), {
          minLength: 1,
          maxLength: 6,
        }),
        fc.nat(20),
        async (chosen, troubles, known) => {
          const chatId = `chat-0000-0000-w${String(++world).padStart(3, '0')}`;
          const log = randomLog(chosen, chatId);
          const commits = log.map(({ commit }) => commit);
          for (const commit of commits.slice(0, 1 + known)) backend.put(chatId, commit);
          const client = connect(url);
          const chat = client.openChat(chatId);
          await until(() => chat.getView().phase === 'live', 'the chat is live');
          const every = Math.max(1, Math.floor(commits.length / troubles.length));
          for (const [index, commit] of commits.slice(1 + known).entries()) {
            if (index % every === 0) misbehave(backend, chatId, troubles[index / every]);
            backend.put(chatId, commit);
            if (index % 3 === 0) await new Promise((resolve) => setTimeout(resolve, index % 2)); // lets some arrive
          }
          Object.assign(backend.faults, { droppedCommits: 0, copies: 1, ackDelayMs: 0, lostPositions: 0 });
          // What is dropped at the very end shows by what comes next.
          backend.append(chatId, [{ type: 'chat_renamed', title: 'The end', by: 'ada' }]);
          const whole = backend.log(chatId);
          await until(() => isAt(chat.getView(), whole) && !chat.getView().chat.gap, 'the client is up to date');
          expect(shown(chat.getView().chat)).toEqual({ ...shown(foldOf(whole)), chatId });
          client.close();
        },
      ),
      { numRuns: 25, endOnFailure: true },
    );
  }, 120_000);

  it('P4: a dropped commit shows as a gap and is read again', async () => {
    const { backend, url } = await startBackend();
    const log = randomLog([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    const commits = log.map(({ commit }) => commit);
    for (const commit of commits.slice(0, 3)) backend.put(CHAT, commit);
    const chat = connect(url).openChat(CHAT);
    await until(() => chat.getView().phase === 'live', 'the chat is live');
    backend.faults.droppedCommits = 1;
    for (const commit of commits.slice(3)) backend.put(CHAT, commit);
    await until(() => isAt(chat.getView(), log) && !chat.getView().chat.gap, 'the gap is filled');
    expect(shown(chat.getView().chat)).toEqual(shown(foldOf(log)));
  });

  it('P4: a server that never recovers is not asked without end', async () => {
    const { backend, url } = await startBackend();
    for (const { commit } of randomLog([1, 2, 3])) backend.put(CHAT, commit);
    backend.faults.lostPositions = 1_000;
    const chat = connect(url).openChat(CHAT);
    await until(() => chat.getView().chat.lastSeq > 0, 'the document is shown');
    await new Promise((resolve) => setTimeout(resolve, 1_500)); // the time is what is measured
    expect(1_000 - backend.faults.lostPositions).toBeLessThan(6);
    backend.faults.lostPositions = 0;
    await until(() => chat.getView().phase === 'live', 'it is live after all');
  });

  it('P4: bye moves it to a new connection without a word lost', async () => {
    const { backend, url } = await startBackend();
    const log = randomLog([5, 6, 7, 8, 9]);
    backend.put(CHAT, log.map(({ commit }) => commit)[0] ?? { v: 1, chatId: CHAT, events: [] });
    const client = connect(url);
    const chat = client.openChat(CHAT);
    await until(() => chat.getView().phase === 'live', 'the chat is live');
    const states: string[] = [];
    client.connection.onChange((state) => states.push(state));
    backend.bye(20);
    for (const { commit } of log.slice(1)) backend.put(CHAT, commit);
    await until(() => states.includes('online'), 'it is connected anew');
    await until(() => isAt(chat.getView(), log), 'it is up to date');
  });

  it('tells that there is no such chat', async () => {
    const { url } = await startBackend();
    const chat = connect(url).openChat('chat-0000-no-such-one');
    await expect(chat.ready).rejects.toMatchObject({ status: 404, code: 'chat_not_found' });
    expect(chat.getView()).toMatchObject({ phase: 'gone' });
  });
});

function misbehave(backend: ScriptedBackend, chatId: string, trouble: string | undefined): void {
  if (trouble === 'cut') backend.cut();
  if (trouble === 'double') backend.faults.copies = 2;
  if (trouble === 'drop') backend.faults.droppedCommits = 2;
  if (trouble === 'lose') backend.faults.lostPositions = 1;
  if (trouble === 'reset') backend.reset(chatId);
  if (trouble === 'slow') backend.faults.ackDelayMs = 30;
  if (trouble === 'bye') backend.bye(1);
}

/** Records what is said, as an orchestrator would. */
const recording: ScriptedSettings = {
  onCommand({ kind, chatId, commandId, body, requestId }, backend) {
    const say = (text: unknown) => ({
      type: 'user_message' as const,
      messageId: `message-${commandId}`.slice(0, 64),
      commandId,
      text: String(text),
    });
    if (kind === 'create') {
      const created = { type: 'chat_created' as const, ownerId: 'ada', workflow: 'assistant', variables: {} };
      backend.append(chatId, [created, say(body['message'])]);
    }
    if (kind === 'message') backend.append(chatId, [say(body['text'])]);
    if (kind === 'input' && requestId !== undefined) {
      const value = body['value'] as boolean;
      backend.append(chatId, [
        { type: 'input_response', runId: 'run-0000-0000-0001', requestId, by: 'ada', value, commandId },
      ]);
    }
  },
};

describe('the outbox', () => {
  const textsOf = ({ chat, outbox }: ChatState): string[] => [
    ...[...chat.entries].flatMap((entry) => (entry.kind === 'user' ? [entry.text] : [])),
    ...outbox.flatMap(({ command }) => ('text' in command ? [command.text] : [])),
  ];

  it('P2: a new chat and its messages show at once, in order, and each happens once', async () => {
    const { backend, url } = await startBackend(recording);
    backend.faults.refusedCommands = 1;
    backend.faults.lostAnswers = 1;
    const client = connect(url);
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'one' });
    const chat = client.openChat(chatId);
    chat.send('two');
    chat.send('three');
    expect(textsOf(chat.getView())).toEqual(['one', 'two', 'three']);
    const seen: string[][] = [];
    chat.subscribe(() => seen.push(textsOf(chat.getView())));
    await until(() => chat.getView().outbox.length === 0 && chat.getView().chat.lastSeq === 4, 'the log shows all');
    expect(textsOf(chat.getView())).toEqual(['one', 'two', 'three']);
    for (const texts of seen) expect(texts.toSorted()).toEqual(['one', 'three', 'two']); // never twice, never missing
    expect(backend.commands.map(({ kind }) => kind)).toEqual(['create', 'message', 'message']);
  });

  it('P2: what was not sent before a reload is sent after it, with the same key', async () => {
    const { backend, url } = await startBackend(recording);
    const kept = new Map<string, string>();
    const storage = {
      getItem: (key: string) => kept.get(key) ?? null,
      setItem: (key: string, value: string) => void kept.set(key, value),
      removeItem: (key: string) => void kept.delete(key),
    };
    backend.faults.refusedCommands = 1_000;
    const before = connect(url, { storage });
    const { chatId, item } = before.startChat({ workflow: 'assistant', text: 'hello' });
    before.connect();
    await until(() => backend.faults.refusedCommands < 1_000, 'the first attempt failed');
    before.close();
    backend.faults.refusedCommands = 0;
    const after = connect(url, { storage });
    const chat = after.openChat(chatId);
    expect(textsOf(chat.getView())).toEqual(['hello']);
    await until(() => chat.getView().chat.lastSeq === 2, 'the chat is there');
    expect(backend.commands.map(({ key }) => key)).toEqual([item.key]);
    expect(kept.size).toBe(0);
  });

  it('keeps what the server refuses, with the reason, until it is retried or discarded', async () => {
    let refuse = true;
    const { url } = await startBackend(recording);
    const client = connect(url, {
      fetch: async (input, init) => {
        const path = new URL(input instanceof Request ? input.url : input).pathname;
        if (!refuse || init?.method !== 'POST' || !path.endsWith('/messages')) return fetch(input, init);
        return Response.json({ code: 'invalid_request', detail: 'Too long' }, { status: 400 });
      },
    });
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'one' });
    const chat = client.openChat(chatId);
    const item = chat.send('two');
    await until(() => chat.getView().outbox.some(({ state }) => state === 'failed'), 'it has failed');
    expect(chat.getView().outbox.at(-1)).toMatchObject({ failure: { status: 400, detail: 'Too long' } });
    refuse = false;
    chat.retry(item.key);
    await until(() => textsOf(chat.getView()).length === 2 && chat.getView().outbox.length === 0, 'the log shows it');
  });

  it('P6: an answer stays in the outbox until the log shows it', async () => {
    const { backend, url } = await startBackend(recording);
    const client = connect(url);
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'refund' });
    const chat = client.openChat(chatId);
    await chat.ready;
    const requestId = 'request-0000-0001';
    const runId = 'run-0000-0000-0001';
    backend.append(chatId, [{ type: 'input_request', runId, requestId, kind: 'approval', prompt: 'Sure?' }]);
    await until(() => chat.getView().chat.pendingRequests.length === 1, 'the question is there');
    chat.answer(requestId, true);
    expect(chat.getView().outbox.map(({ command }) => command.kind)).toEqual(['input']);
    await until(() => chat.getView().outbox.length === 0, 'the log shows the answer');
    expect(chat.getView().chat.pendingRequests).toEqual([]);
  });
});

describe('the client', () => {
  it('reads the whole history of a long chat', async () => {
    const { backend, url } = await startBackend(recording);
    const client = connect(url);
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'first' });
    const first = client.openChat(chatId);
    await first.ready;
    for (let index = 0; index < 400; index++) {
      backend.append(chatId, [
        { type: 'user_message', messageId: `message-0000-${String(index)}`, commandId: 'command-0000-0001', text: 'x' },
      ]);
    }
    first.close();
    const chat = connect(url).openChat(chatId);
    await chat.ready;
    expect(chat.getView().chat).toMatchObject({ earlier: 201 });
    await chat.loadHistory();
    expect(chat.getView().chat).toMatchObject({ earlier: 0 });
    expect(chat.getView().chat.entries.length).toBe(401);
  });

  it('passes on sidebar rows, and becomes a guest', async () => {
    const { url } = await startBackend(recording);
    const client = createClient({ baseUrl: url });
    cleanUps.push(() => {
      client.close();
    });
    expect(await client.guest()).toMatchObject({ token: 'scripted' });
    const rows: string[] = [];
    client.onChatChanged((row) => rows.push(row.lastText));
    await until(() => client.connection.state === 'online', 'it is online');
    client.startChat({ workflow: 'assistant', text: 'Hi' });
    await until(() => rows.includes('Hi'), 'the row came');
  });

  it('names what is wrong', async () => {
    const client = connect('http://127.0.0.1:9');
    await expect(client.api.getMe()).rejects.toBeInstanceOf(UnreachableError);
    await expect(client.api.getMe()).rejects.toMatchObject({ status: 0, code: 'unreachable', retryable: true });
    const { url } = await startBackend();
    const answered = connect(url);
    await expect(answered.api.getChat('chat-0000-no-such-one')).rejects.toBeInstanceOf(ApiError);
    const stop = AbortSignal.abort(new Error('not wanted any more'));
    await expect(answered.api.getMe({ signal: stop })).rejects.toThrow('not wanted any more');
  });

  it('tells what a listener throws, and goes on', async () => {
    const { url } = await startBackend(recording);
    const errors: unknown[] = [];
    const client = connect(url, { onError: (error) => errors.push(error) });
    const { chatId } = client.startChat({ workflow: 'assistant', text: 'Hi' });
    const chat = client.openChat(chatId);
    chat.subscribe(() => {
      throw new Error('a fault of the screen');
    });
    let told = 0;
    chat.subscribe(() => (told += 1));
    await until(() => chat.getView().chat.lastSeq === 2, 'the chat is there');
    expect(told).toBeGreaterThan(0);
    expect(String(errors[0])).toBe('Error: a fault of the screen');
  });
});
