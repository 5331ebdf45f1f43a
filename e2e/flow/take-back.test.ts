import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ChatDocument, ChatEvent } from '@colloquy/contracts';
import { viewOfDocument, type ChatView } from '@colloquy/transcript';
import { runOps } from '../../tools/ops/run-ops.ts';
import { root } from '../../tools/paths.ts';
import { Person, shown, type Screen } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Another answer, an edit and a fork, through every service, on a client that knows only socket.io-client. */
describe('what a person takes back', () => {
  let system: System;
  let person: Person;
  let screen: Screen;
  let chatId: string;

  beforeAll(async () => {
    system = await startSystem();
    person = await Person.arrive(system.url);
    screen = person.screen();
    await waitFor(() => screen.socket.connected || undefined, { what: 'the socket' });
    ({ chatId } = await person.start('assistant', 'Tell me about tides'));
    await screen.watch(chatId);
    await ended(chatId, 1);
  }, 120_000);

  afterAll(async () => {
    screen.close();
    await system.stop();
  });

  /** Waits until so many runs of the chat have come to their end on the screen. */
  function ended(of: string, runs: number): Promise<true> {
    const ends = () => screen.of(of).events.filter(({ type }) => type === 'run_completed').length;
    return waitFor(() => ends() >= runs || undefined, { what: `run ${String(runs)} of ${of}`, withinMs: 30_000 });
  }

  const said = (view: ChatView): string[] =>
    [...view.entries].flatMap((entry) => (entry.kind === 'user' || entry.kind === 'agent' ? [entry.text] : []));

  /** The document once persistence has all of what the screen shows. */
  function document(of: string): Promise<ChatDocument> {
    const { lastSeq } = screen.of(of).view;
    const whole = async () => {
      const found = await person.document(of);
      return found.lastSeq >= lastSeq ? found : undefined;
    };
    return waitFor(whole, { what: 'the whole chat over HTTP', withinMs: 15_000 });
  }

  async function audited(of: string): Promise<string> {
    const lines: string[] = [];
    const print = (line: string): void => void lines.push(line);
    const { dataDir } = system.launched;
    await runOps({ args: ['audit', of], env: {}, cwd: root, dataDir, print }).catch((error: unknown) => {
      lines.push(`failed: ${String(error)}`);
    });
    return lines.join('\n');
  }

  async function accepted(path: string, body: unknown): Promise<Record<string, unknown>> {
    const answer = await person.call('POST', `/v1/chats/${chatId}/${path}`, body);
    expect(answer).toMatchObject({ status: 202 });
    return answer.body;
  }

  it('another answer stands for the first one, on the screen and over HTTP', async () => {
    const first = said(screen.of(chatId).view);
    expect(first).toHaveLength(3);
    await accepted('regenerate', {});
    await ended(chatId, 2);
    const { view } = screen.of(chatId);
    expect(said(view)).toEqual(first);
    expect(said(view)[0]).toBe('Tell me about tides');
    expect([...view.entries].find(({ kind }) => kind === 'user')).toMatchObject({
      versions: [{ upToSeq: expect.any(Number) }],
    });
    expect(shown(viewOfDocument(await document(chatId)))).toEqual(shown(view));
  });

  it('an edit is answered in its place, and what it stands for is a version', async () => {
    const [message] = screen.of(chatId).events.filter(({ type }) => type === 'user_message');
    const messageId = message !== undefined && 'messageId' in message ? message.messageId : '';
    const { commandId } = await accepted('edit', { messageId, text: 'Tell me about the moon' });
    await ended(chatId, 3);
    const { view } = screen.of(chatId);
    expect(said(view)[0]).toBe('Tell me about the moon');
    expect([...view.entries].find(({ kind }) => kind === 'user')).toMatchObject({
      messageId: commandId,
      versions: [{ messageId }, { messageId }],
    });
    const stored = await document(chatId);
    expect(shown(viewOfDocument(stored))).toEqual(shown(view));
    expect(stored).toMatchObject({ status: 'idle', pendingRequests: [] });
  });

  it('a fork is a chat of its own that goes on from there, and costs what it uses itself', async () => {
    const before = screen.of(chatId).view;
    const body = await accepted('fork', { atSeq: before.lastSeq, message: 'And the sun?' });
    const forkId = String(body['chatId']);
    await screen.watch(forkId);
    await ended(forkId, 2);
    const { view, events } = screen.of(forkId);
    expect(said(view).slice(0, 4)).toEqual([...said(before), 'And the sun?']);
    expect(events.some(({ type }) => type === 'rewound')).toBe(false);
    expect(view.usage.modelCalls).toBe(events.filter(({ type }) => type === 'usage').length);
    expect(view.usage.modelCalls).toBeLessThan(before.usage.modelCalls);
    expect(shown(viewOfDocument(await document(forkId)))).toEqual(shown(view));
    expect(said(screen.of(chatId).view)).toEqual(said(before));
    expect(await audited(forkId)).toMatch(/ok .*; 0 differ/s);
  });

  it('P1: log, database and engine agree on it, and the export is the newest version', async () => {
    expect(await audited(chatId)).toMatch(/ok .*; 0 differ/s);
    const stored: ChatEvent[] = await system.storedEvents(chatId);
    expect(stored.map(({ seq }) => seq)).toEqual(stored.map((_event, index) => index + 1));
    const { body } = await person.call('GET', `/v1/chats/${chatId}/export?format=json`);
    expect(body['events']).toHaveLength(stored.length);
  });
});
