import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import { applyCommits, emptyView, type AgentEntry } from '@colloquy/transcript';
import { topology } from '../../tools/topology.ts';
import { shown } from '../support/bare-client.ts';
import { WholeStack } from '../support/whole-stack.ts';
import { waitFor } from '../support/wait-for.ts';

/** Half a minute: it still streams when a client on a busy machine has found its way back after a kill. */
const LONG = '[[say:600]]';

/** The whole system: killed with `kill -9`, every process of it, the launcher too, and started again. */
describe('the whole stack', () => {
  let stack: WholeStack;
  let client: Client;

  beforeAll(async () => {
    stack = await WholeStack.start({ env: { DEMO_TOKENS_PER_SECOND: '20' } });
    client = createClient({ baseUrl: stack.url });
    await client.guest();
  }, 180_000);

  afterAll(async () => {
    client.close();
    await stack.remove();
  }, 60_000);

  const answers = (chat: ChatHandle): AgentEntry[] =>
    [...chat.getView().chat.entries].filter((entry) => entry.kind === 'agent');

  /** How many words the newest message of an agent has, when it is in this state. */
  function wordsOf(chat: ChatHandle, state: AgentEntry['state']): number {
    const last = answers(chat).at(-1);
    return last?.state !== state || last.text === '' ? 0 : last.text.split(/\s+/).length;
  }

  const streams = (chat: ChatHandle): Promise<true> =>
    waitFor(() => (wordsOf(chat, 'streaming') > 20 ? true : undefined), {
      what: 'an answer that streams',
      withinMs: 30_000,
    });

  it('P2, P3, P4: killed in mid-stream twice and started again: the run goes on and finishes, on the client that stayed open', async () => {
    const { chatId } = client.startChat({ workflow: 'assistant', text: LONG });
    const chat = client.openChat(chatId);
    await streams(chat);
    const idle = client.startChat({ workflow: 'assistant', text: '[[echo]] at rest before' });
    const rested = client.openChat(idle.chatId);
    await waitFor(() => (rested.getView().chat.status === 'idle' && rested.getView().chat.lastSeq > 3) || undefined, {
      what: 'a chat at rest',
    });

    for (const round of [1, 2]) {
      const killed = await stack.killAll();
      expect(killed).toBe(topology.length); // no web app, but the launcher
      // What a person says while nothing is there waits in the outbox.
      if (round === 1) rested.send('[[echo]] said in the dark');
      const began = performance.now();
      await stack.startAgain();
      console.info(`started again after kill -9 of ${String(killed)} processes in ${since(began)}`);
      const events = (): number => chat.getView().chat.lastSeq;
      const before = events();
      await waitFor(() => events() > before || chat.getView().chat.status === 'idle' || undefined, {
        what: `the run goes on after kill ${String(round)}`,
        withinMs: 30_000,
      });
      console.info(`the run went on ${since(began)} after the start began`);
      if (round === 1) await streams(chat);
    }
    await waitFor(() => (chat.getView().chat.status === 'idle' && chat.getView().phase === 'live') || undefined, {
      what: 'the end of the run',
      withinMs: 60_000,
    });
    await waitFor(
      () => (rested.getView().outbox.length === 0 && rested.getView().chat.status === 'idle') || undefined,
      {
        what: 'the message said in the dark is answered',
        withinMs: 60_000,
      },
    );

    for (const open of [chat, rested]) await expectWhole(open);
    expect(answers(chat).map(({ state }) => state)).toEqual(['aborted', 'aborted', 'complete']);
    expect(wordsOf(chat, 'complete')).toBe(600);
    const said = [...rested.getView().chat.entries].filter((entry) => entry.kind === 'user').map(({ text }) => text);
    expect(said).toEqual(['[[echo]] at rest before', '[[echo]] said in the dark']);
  });

  /** The client that lived through it shows the same as a fold of all events, which have no hole. */
  async function expectWhole(open: ChatHandle): Promise<void> {
    const { lastSeq } = open.getView().chat;
    const { events } = await client.api.listEvents(open.chatId, { limit: 1000 });
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: lastSeq }, (_, index) => index + 1));
    const folded = applyCommits(emptyView(open.chatId), { events, deltas: [] });
    expect(shown(open.getView().chat)).toEqual(shown(folded));
  }
});

const since = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
