import type { Delta, NewEvent } from '@colloquy/contracts';
import type { ScriptedBackend } from '@colloquy/testing/scripted-backend';

const OWNER = 'guest-scripted';
const AGENTS = ['planner', 'researcher', 'critic', 'writer'] as const;

/** What a model says: prose, lists, a table, code; one after the other, so that rows are of many heights. */
const TEXTS = [
  'The **first** thing to look at is the log. Every event has a number, and nobody can take one away again; so a screen that has seen number 41 knows exactly what it misses.',
  'Three things follow:\n\n1. A reload is a fold of the same events.\n2. A second device sees *the same words*.\n3. A crash costs seconds, not the answer.\n\nThe rest is care.',
  'Here is how one reads it:\n\n```ts\nexport function fold(state: State, event: Event): State {\n  if (event.seq <= state.lastSeq) return state;\n  return { ...apply(state, event), lastSeq: event.seq };\n}\n```\n\nNothing else may change the state.',
  '| part | does |\n| --- | --- |\n| gateway | accepts |\n| orchestrator | runs |\n| persistence | keeps |\n\nEach scales alone.',
  'Short answer: yes.',
  'I would not. A queue between two services that both need the same order is a place to lose it; with a log the order is *the* fact, and who reads later reads the same. See `docs/guides/scaling.md` for figures.',
];

/** Words of a streaming answer, with a little of everything that Markdown has. */
const STREAM =
  'Each of us looks at another part of it, and what we find we say at once: **numbers first**, then what they mean. ' +
  'A row that grows must not move what stands above it; `code` in a line is no block. ';

const id = (kind: string, index: number): string => `bench-${kind}-${String(index).padStart(12, '0')}`;

/** Puts a chat with `count` messages on the backend's log: a person and an agent in turns. */
export function putHistory(backend: ScriptedBackend, chatId: string, count: number): void {
  const created: NewEvent = {
    type: 'chat_created',
    commandId: id('create', 0),
    ownerId: OWNER,
    workflow: 'bench',
    title: `A chat with ${String(count)} messages`,
    variables: {},
  };
  backend.append(chatId, [created]);
  const events = Array.from({ length: Math.ceil(count / 2) }, (_, turn) => turnAt(turn)).flat();
  for (let from = 0; from < events.length; from += 500) backend.append(chatId, events.slice(from, from + 500));
}

const ABOUT = {
  workflow: 'bench',
  workflowHash: 'bench',
  engineVersion: 3,
  pricesHash: 'bench',
  variables: {},
} as const;

/** The person asks, and a run in which one agent answers: four events after `chat_created` and the turns before. */
function turnAt(turn: number): NewEvent[] {
  const messageId = id('said', turn);
  const runId = id('turn', turn);
  const agent = AGENTS[turn % AGENTS.length] ?? 'writer';
  const text = TEXTS[turn % TEXTS.length] ?? '';
  return [
    { type: 'user_message', messageId, commandId: messageId, text: `Question ${String(turn + 1)}?`, by: OWNER },
    { type: 'run_started', runId, trigger: turn * 4 + 2, worker: 'bench', ...ABOUT },
    { type: 'text', runId, agent, messageId: id('text', turn), text, finishReason: 'stop' },
    { type: 'run_completed', runId, reason: { code: 'no_next_speaker', text: 'Done' } },
  ];
}

function lastSeq(backend: ScriptedBackend, chatId: string): number {
  return (
    backend
      .log(chatId)
      .findLast(({ commit }) => commit.events.length > 0)
      ?.commit.events.at(-1)?.seq ?? 0
  );
}

/** Four agents who speak at the same time, each `perSecond` pieces a second; resolves when all have ended. */
export async function streamAgents(
  backend: ScriptedBackend,
  chatId: string,
  { perSecond, seconds, round }: { readonly perSecond: number; readonly seconds: number; readonly round: number },
): Promise<void> {
  const runId = id('run', round);
  const speakers = AGENTS.map((agent, index) => ({ agent, messageId: id('live', round * 10 + index), text: '' }));
  const trigger = lastSeq(backend, chatId) + 1;
  backend.append(chatId, [
    {
      type: 'user_message',
      messageId: id('ask', round),
      commandId: id('ask', round),
      text: 'All of you, please.',
      by: OWNER,
    },
    { type: 'run_started', runId, trigger, worker: 'bench', ...ABOUT },
    ...speakers.map(({ agent, messageId }): NewEvent => ({
      type: 'message_started',
      runId,
      agent,
      messageId,
      kind: 'text',
      purpose: 'reply',
      model: 'bench',
      attempt: 1,
    })),
  ]);
  const total = perSecond * seconds;
  const begun = performance.now();
  for (let piece = 0; piece < total; piece++) {
    const due = begun + (piece * 1000) / perSecond;
    const wait = due - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
    backend.append(
      chatId,
      [],
      speakers.map((speaker) => nextPiece(speaker, { runId, piece })),
    );
  }
  backend.append(chatId, [
    ...speakers.map(({ agent, messageId, text }): NewEvent => ({
      type: 'text',
      runId,
      agent,
      messageId,
      text,
      finishReason: 'stop',
    })),
    { type: 'run_completed', runId, reason: { code: 'no_next_speaker', text: 'Done' } },
  ]);
}

function nextPiece(
  speaker: { readonly agent: string; readonly messageId: string; text: string },
  { runId, piece }: { readonly runId: string; readonly piece: number },
): Delta {
  const words = STREAM.split(/(?<= )/);
  const text = piece % 90 === 89 ? '\n\n' : (words[piece % words.length] ?? '');
  const offset = speaker.text.length;
  speaker.text += text;
  return { messageId: speaker.messageId, runId, agent: speaker.agent, offset, text, kind: 'text' };
}

/** One agent who speaks when told. */
export class SpeakingAgent {
  readonly #backend: ScriptedBackend;
  readonly #chatId: string;
  readonly #about = { runId: id('run', 1), agent: 'writer', messageId: id('live', 1) } as const;
  #text = '';

  constructor(backend: ScriptedBackend, chatId: string) {
    this.#backend = backend;
    this.#chatId = chatId;
  }

  /** Begins a run and its message. */
  begin(): void {
    const { runId } = this.#about;
    const messageId = id('ask', 1);
    const trigger = lastSeq(this.#backend, this.#chatId) + 1;
    this.#backend.append(this.#chatId, [
      { type: 'user_message', messageId, commandId: messageId, text: 'Go on, please.', by: OWNER },
      { type: 'run_started', runId, trigger, worker: 'bench', ...ABOUT },
      { type: 'message_started', ...this.#about, kind: 'text', purpose: 'reply', model: 'bench', attempt: 1 },
    ]);
  }

  /** A piece of the message. */
  say(text: string): void {
    const offset = this.#text.length;
    this.#text += text;
    this.#backend.append(this.#chatId, [], [{ ...this.#about, offset, text, kind: 'text' }]);
  }

  /** Ends the message and the run. */
  end(): void {
    const { runId } = this.#about;
    this.#backend.append(this.#chatId, [
      { type: 'text', ...this.#about, text: this.#text, finishReason: 'stop' },
      { type: 'run_completed', runId, reason: { code: 'no_next_speaker', text: 'Done' } },
    ]);
  }
}
