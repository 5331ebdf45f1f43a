/**
 * Logs of chats as an orchestrator could have written them, made from a list of numbers: a property test draws the
 * numbers and shrinks them. Everything that the rules of the log allow may come: agents that stream at once, aborts and
 * takeovers, tools with and without approval, messages sent while a run is busy (heard by it, in every other chat), other
 * answers and edits.
 */
import type { Delta, NewEvent } from '@colloquy/contracts';
import type { PlacedCommit } from '@colloquy/transcript';

const EPOCH = 'epoch1';
const START_MS = 1_760_000_000_000;
const AGENTS = ['planner', 'researcher', 'writer'] as const;
const WORDS = ['so', 'then', '\u{1F642} ok', 'a longer piece of text', '\n\n```ts\nlet x = 1\n', 'né'];

interface Reply {
  readonly runId: string;
  readonly agent: string;
  readonly messageId: string;
  readonly reasoningId: string | undefined;
  reasoning: string;
  text: string;
  readonly calls: Map<string, string>;
}

/** Writes commits; each number of `choices` decides one thing, and when they are used up everything comes to its end. */
class LogWriter {
  readonly commits: PlacedCommit[] = [];
  readonly chatId: string;
  #seq = 0;
  #ids = 0;
  #at = 0;
  readonly #choices: readonly number[];
  /** What the person said. */
  readonly messages: { readonly messageId: string; readonly seq: number }[] = [];
  /** Just before the runs that took something up, in the newest version. */
  places: number[] = [];
  waits = false;
  /** Does a run hear what is said meanwhile? */
  steers = false;

  constructor(chatId: string, choices: readonly number[]) {
    this.chatId = chatId;
    this.#choices = choices;
  }

  get done(): boolean {
    return this.#at >= this.#choices.length;
  }

  get newestMessage(): number {
    return this.messages.at(-1)?.seq ?? 0;
  }

  get lastSeq(): number {
    return this.#seq;
  }

  /** A number below `limit`; 0 when the choices are used up. */
  pick(limit: number): number {
    const choice = this.#choices[this.#at++] ?? 0;
    return choice % limit;
  }

  id(name: string): string {
    return `${name}-${this.chatId.slice(-4)}-${String(++this.#ids).padStart(12, '0')}`;
  }

  commit(events: readonly NewEvent[], deltas: readonly Delta[] = []): void {
    const placed = events.map((event) => {
      const seq = ++this.#seq;
      if (event.type === 'user_message') this.messages.push({ messageId: event.messageId, seq });
      if (event.type === 'user_message') this.waits = true;
      return { ...event, seq, at: new Date(START_MS + seq * 1000).toISOString() };
    });
    const commit = { v: 1 as const, chatId: this.chatId, events: placed, deltas: [...deltas] };
    this.commits.push({ epoch: EPOCH, streamSeq: (this.commits.length + 1) * 3, commit });
  }
}

/** A log of one chat, made of these choices. */
export function randomLog(choices: readonly number[], chatId = 'chat-0000-0000-0001'): PlacedCommit[] {
  const log = new LogWriter(chatId, choices);
  log.commit([
    { type: 'chat_created', ownerId: 'ada', workflow: 'support-desk', variables: {} },
    ...(choices.length % 3 === 0 ? imported(log) : []),
    userMessage(log, 'Hello there'),
  ]);
  log.steers = log.pick(2) === 1;
  do {
    if (!log.done && log.pick(6) === 5) rewind(log);
    writeRun(log);
    betweenRuns(log);
  } while (!log.done);
  return log.commits;
}

function betweenRuns(log: LogWriter): void {
  if (!log.done && log.pick(2) === 1) log.commit([userMessage(log, 'And another thing')]);
  if (!log.done && log.pick(4) === 1) log.commit([{ type: 'chat_renamed', title: 'A title', by: 'workflow' }]);
  if (!log.done && log.pick(4) === 1) log.commit([seen(log)]);
  if (!log.done && log.pick(6) === 1) log.commit([shared(log)]);
}

/** A mark by a device that may be behind, or that says more than is there. */
function seen(log: LogWriter): NewEvent {
  return { type: 'chat_seen', upToSeq: Math.max(1, log.lastSeq + 2 - log.pick(9)), commandId: log.id('command') };
}

function shared(log: LogWriter): NewEvent {
  const shareId = log.pick(3) === 0 ? null : log.id('share');
  return { type: 'share_changed', shareId, by: 'ada', commandId: log.id('command') };
}

function userMessage(log: LogWriter, text: string, more: { edits?: string; steers?: string } = {}): NewEvent {
  return { type: 'user_message', messageId: log.id('message'), commandId: log.id('command'), text, by: 'ada', ...more };
}

function imported(log: LogWriter): NewEvent[] {
  const commandId = log.id('command');
  return (['user', 'assistant'] as const).map((role) => {
    return { type: 'message_imported', messageId: log.id('message'), commandId, role, text: `The ${role} said that` };
  });
}

const meanwhile = (log: LogWriter, runId: string): { steers?: string } => (log.steers ? { steers: runId } : {});

/** Another answer, or another message instead of one. */
function rewind(log: LogWriter): void {
  const place = log.pick(Math.max(1, log.places.length));
  const toSeq = log.places[place];
  if (toSeq === undefined) return;
  const later = log.messages.filter(({ seq }) => seq > toSeq);
  const kept = log.pick(2) === 1 ? later.slice(-1).map(({ messageId }) => messageId) : [];
  const edited = log.pick(3) === 2 ? log.messages.findLast(({ seq }) => seq <= toSeq)?.messageId : undefined;
  log.places = log.places.slice(0, place);
  log.waits = true;
  const rewound: NewEvent = { type: 'rewound', toSeq, commandId: log.id('command'), lastText: 'Before', kept };
  log.commit([rewound, ...(edited === undefined ? [] : [userMessage(log, 'Rather this', { edits: edited })])]);
}

function writeRun(log: LogWriter): void {
  if (log.waits) log.places.push(log.lastSeq);
  log.waits = false;
  const runId = log.id('run-of-chat');
  const trigger = log.newestMessage;
  const run = { runId, workflow: 'support-desk', workflowHash: 'hash', engineVersion: 1, trigger, variables: {} };
  log.commit([{ type: 'run_started', ...run, worker: 'w1' }]);
  const turns = 1 + log.pick(3);
  for (let turn = 0; turn < turns; turn++) {
    if (writeTurn(log, runId) === 'cancelled') return;
  }
  log.commit([
    log.pick(5) === 4
      ? { type: 'run_failed', runId, error: { code: 'model_unavailable', message: 'It is gone', retryable: true } }
      : { type: 'run_completed', runId, reason: { code: 'no_next_speaker', text: 'Nobody is left to speak' } },
  ]);
}

function writeTurn(log: LogWriter, runId: string): 'done' | 'cancelled' {
  const agent = AGENTS[log.pick(AGENTS.length)] ?? 'planner';
  if (log.steers && log.waits) {
    log.commit([{ type: 'message_taken_up', runId, upToSeq: log.newestMessage }]);
    log.waits = false;
  }
  log.commit([{ type: 'speaker_selected', runId, agent, by: 'pattern' }]);
  const replies = [beginReply(log, runId, agent)];
  if (log.pick(4) === 3) replies.push(beginReply(log, runId, 'parallel'));
  stream(log, runId, replies);
  switch (log.pick(8)) {
    case 5:
      log.commit([...abort(runId, replies, 'cancelled'), cancelled(log, runId)]);
      return 'cancelled';
    case 6:
      takeOver(log, runId, replies);
      return 'done';
    default:
      for (const reply of replies) finishReply(log, runId, reply);
      return 'done';
  }
}

const cancelled = (log: LogWriter, runId: string): NewEvent => ({
  type: 'run_cancelled',
  runId,
  by: 'ada',
  commandId: log.id('command'),
});

function beginReply(log: LogWriter, runId: string, agent: string): Reply {
  const reasoningId = log.pick(3) === 2 ? log.id('reasoning') : undefined;
  const reply: Reply = {
    runId,
    agent,
    messageId: log.id('reply-of'),
    reasoningId,
    reasoning: '',
    text: '',
    calls: new Map(),
  };
  const purpose = 'reply' as const;
  const about = { runId, agent, purpose, model: 'demo', attempt: 1 };
  if (reasoningId !== undefined) {
    log.commit(
      [{ type: 'message_started', messageId: reasoningId, kind: 'reasoning', ...about }],
      [more(log, reply, 'reasoning')],
    );
  }
  log.commit(
    [{ type: 'message_started', messageId: reply.messageId, kind: 'text', ...about }],
    log.pick(5) === 4 ? [] : [more(log, reply, 'text')],
  );
  return reply;
}

function more(log: LogWriter, reply: Reply, kind: 'text' | 'reasoning'): Delta {
  const text = WORDS[log.pick(WORDS.length)] ?? '';
  const messageId = kind === 'text' ? reply.messageId : (reply.reasoningId ?? '');
  const { runId, agent } = reply;
  const delta: Delta = { messageId, runId, agent, offset: reply[kind].length, text, kind };
  reply[kind] += text;
  return delta;
}

function stream(log: LogWriter, runId: string, replies: readonly Reply[]): void {
  const pieces = log.pick(6);
  for (let piece = 0; piece < pieces; piece++) {
    const reply = replies[log.pick(replies.length)];
    if (reply === undefined) continue;
    if (log.pick(6) === 5) log.commit([userMessage(log, 'While you are at it', meanwhile(log, runId))]);
    if (log.pick(9) === 8) log.commit([seen(log)]);
    const deltas = [more(log, reply, 'text')];
    if (log.pick(3) === 2) deltas.push(more(log, reply, 'text'));
    log.commit([], deltas);
  }
  for (const reply of replies) if (log.pick(2) === 1) streamArguments(log, runId, reply);
}

function streamArguments(log: LogWriter, runId: string, reply: Reply): void {
  const callId = log.id('call-of-tool');
  let written = '';
  for (const text of ['{"order":', '"A-', '17"}'].slice(0, 1 + log.pick(3))) {
    log.commit([], [{ messageId: callId, runId, agent: reply.agent, offset: written.length, text, kind: 'arguments' }]);
    written += text;
  }
  reply.calls.set(callId, written);
}

function abort(runId: string, replies: readonly Reply[], reason: 'cancelled' | 'crashed'): NewEvent[] {
  return replies.flatMap(({ agent, messageId, reasoningId, text, reasoning }): NewEvent[] => [
    ...(reasoningId === undefined
      ? []
      : [{ type: 'message_aborted' as const, runId, agent, messageId: reasoningId, text: reasoning, reason }]),
    { type: 'message_aborted', runId, agent, messageId, text, reason },
  ]);
}

function takeOver(log: LogWriter, runId: string, replies: readonly Reply[]): void {
  log.commit([{ type: 'run_claimed', runId, attempt: 1, worker: 'w2' }, ...abort(runId, replies, 'crashed')]);
}

function finishReply(log: LogWriter, runId: string, reply: Reply): void {
  const { agent, messageId, reasoningId, text, reasoning } = reply;
  const ids = [...reply.calls.keys()];
  const approval = log.pick(2) === 1 ? 'required' : 'none';
  const calls: NewEvent[] = ids.map((callId) => ({
    type: 'tool_call',
    runId,
    agent,
    callId,
    tool: 'refund',
    arguments: { order: 'A-17' },
    messageId,
    approval,
  }));
  log.commit([
    ...(reasoningId === undefined
      ? []
      : [{ type: 'reasoning' as const, runId, agent, messageId: reasoningId, text: reasoning, ms: 12 }]),
    ...(text === '' && calls.length > 0
      ? []
      : [{ type: 'text' as const, runId, agent, messageId, text, finishReason: 'stop' }]),
    ...calls,
    usage(runId),
    ...(log.pick(3) === 1
      ? [{ type: 'handoff' as const, runId, from: agent, to: 'writer', by: 'model' as const }]
      : []),
  ]);
  for (const callId of ids) writeCall(log, { runId, agent, callId, approval });
}

const NO_TOTALS = { promptTokens: 10, cachedTokens: 0, completionTokens: 5, costMicroUsd: 40, modelCalls: 1 };

function usage(runId: string): NewEvent {
  const { modelCalls: _, ...used } = NO_TOTALS;
  return { type: 'usage', runId, purpose: 'reply', model: 'demo', ...used, ms: 9, firstTokenMs: 3, totals: NO_TOTALS };
}

interface Call {
  readonly runId: string;
  readonly agent: string;
  readonly callId: string;
  readonly approval: 'none' | 'required';
}

function writeCall(log: LogWriter, { runId, agent, callId, approval }: Call): void {
  if (approval === 'required' && !approve(log, { runId, agent, callId })) {
    const error = { code: 'declined', message: 'A person said no' };
    log.commit([{ type: 'tool_response', runId, callId, ok: false, error, ms: 0 }]);
    return;
  }
  log.commit([{ type: 'tool_started', runId, callId, attempt: 1 }]);
  let said = '';
  for (let step = log.pick(3); step > 0; step--) {
    const text = `step ${String(step)}\n`;
    log.commit([], [{ messageId: callId, runId, agent, offset: said.length, text, kind: 'progress' }]);
    said += text;
  }
  log.commit([{ type: 'tool_response', runId, callId, ok: true, result: { refunded: true }, ms: 30 }]);
}

function approve(log: LogWriter, { runId, agent, callId }: Omit<Call, 'approval'>): boolean {
  const requestId = log.id('request-of');
  log.commit([{ type: 'input_request', runId, agent, requestId, kind: 'approval', prompt: 'Refund A-17?', callId }]);
  if (log.pick(4) === 3) log.commit([userMessage(log, 'Hm', meanwhile(log, runId))]);
  const value = log.pick(3) !== 2;
  log.commit([{ type: 'input_response', runId, requestId, by: 'ada', value, commandId: log.id('command') }]);
  return value;
}
