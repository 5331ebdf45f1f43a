/** What the log itself must be: pure checks of one chat. */
import type { ChatEvent, EventOf } from '@colloquy/contracts';
import type { SentCommand } from './ledger.ts';
import { eventsOf, type ChatEvidence, type Violation } from './evidence.ts';

/** The log has events 1..n, each once and in order. */
export function judgeContiguity({ chatId, commits }: Pick<ChatEvidence, 'chatId' | 'commits'>): Violation[] {
  const violations: Violation[] = [];
  let last = 0;
  for (const { seq } of eventsOf({ commits })) {
    if (seq === last + 1) last = seq;
    else if (seq > last) {
      violations.push({ promise: 'P2', kind: 'lost', chatId, seq, what: `the log goes from event ${last} to ${seq}` });
      last = seq;
    } else {
      violations.push({
        promise: 'P2',
        kind: 'doubled',
        chatId,
        seq,
        what: `event ${seq} comes after ${last} on the log`,
      });
    }
  }
  return violations;
}

/** Where a command stands on the log: what it caused, or its refusal. One commit may hold several events of it. */
function placesOf({ commits }: Pick<ChatEvidence, 'commits'>): Map<string, { seqs: number[]; commits: number }> {
  const places = new Map<string, { seqs: number[]; commits: number }>();
  for (const { commit } of commits) {
    const here = new Set<string>();
    for (const event of commit.events) {
      if (event.commandId === undefined) continue;
      const place = places.get(event.commandId) ?? { seqs: [], commits: 0 };
      places.set(event.commandId, place);
      place.seqs.push(event.seq);
      if (!here.has(event.commandId)) place.commits += 1;
      here.add(event.commandId);
    }
  }
  return places;
}

const MAIN: Readonly<Record<SentCommand['kind'], readonly ChatEvent['type'][]>> = {
  create: ['chat_created'],
  message: ['user_message'],
  input: ['input_response'],
  cancel: ['run_cancelled'],
  rename: ['chat_renamed'],
  pin: ['chat_pinned'],
};

/** Every accepted command is on the log exactly once, carried out or refused; one key is one command. */
export function judgeCommands(evidence: ChatEvidence): Violation[] {
  const { chatId, commands } = evidence;
  const places = placesOf(evidence);
  const events = eventsOf(evidence);
  const violations: Violation[] = [];
  const say = (kind: Violation['kind'], what: string, seq?: number): void => {
    violations.push({ promise: 'P2', kind, chatId, what, ...(seq === undefined ? {} : { seq }) });
  };
  for (const { kind, key, commandIds, acceptedAt, refused } of commands) {
    if (refused !== undefined) say('wrong', `${kind} ${key} was refused: ${refused}`);
    if (acceptedAt === undefined) continue;
    if (commandIds.size > 1) say('doubled', `${kind} ${key} got ${commandIds.size} commandIds`);
    for (const commandId of commandIds) {
      const place = places.get(commandId);
      if (place === undefined) {
        say('lost', `${kind} ${key} was accepted as ${commandId} and is not on the log`);
        continue;
      }
      const own = events.filter(
        (event) =>
          event.commandId === commandId && (event.type === 'command_rejected' || MAIN[kind].includes(event.type)),
      );
      if (own.length === 0) say('lost', `${kind} ${commandId} left no event of its own`, place.seqs[0]);
      if (own.length > 1 || place.commits > 1)
        say(
          'doubled',
          `${kind} ${commandId} is ${own.length} times on the log, in ${place.commits} commits`,
          place.seqs[1],
        );
    }
  }
  return [...violations, ...judgeOrder(evidence, places)];
}

/** Of one sender: what was answered before the next one was sent comes before it on the log. */
function judgeOrder(
  { chatId, commands }: ChatEvidence,
  places: ReadonlyMap<string, { seqs: readonly number[] }>,
): Violation[] {
  const violations: Violation[] = [];
  const placed = commands.flatMap((command) => {
    const seq = [...command.commandIds].map((id) => places.get(id)?.seqs[0]).find((found) => found !== undefined);
    return seq === undefined || command.acceptedAt === undefined
      ? []
      : [{ ...command, acceptedAt: command.acceptedAt, seq }];
  });
  for (const later of placed) {
    const overtaken = placed.find(
      (before) => before.sender === later.sender && before.acceptedAt < later.sentAt && before.seq > later.seq,
    );
    if (overtaken === undefined) continue;
    const what = `${later.kind} ${later.key} was sent after ${overtaken.kind} ${overtaken.key} was answered, and stands before it (${overtaken.seq})`;
    violations.push({ promise: 'P2', kind: 'out_of_order', chatId, seq: later.seq, what });
  }
  return violations;
}

const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** Each run ends exactly once and does nothing afterwards; the chat rests with nothing open. */
export function judgeRuns(evidence: ChatEvidence): Violation[] {
  const { chatId, rests } = evidence;
  const events = eventsOf(evidence);
  const ended = new Set(events.flatMap(({ type, runId }) => (ENDS.has(type) && runId !== undefined ? [runId] : [])));
  const endless = events.filter((event) => event.type === 'run_started' && !ended.has(event.runId));
  return [
    ...judgeEnds(chatId, events),
    ...judgeFailures(evidence, events),
    ...endless.map(({ runId, seq }): Violation => {
      return { promise: 'P3', kind: 'stuck', chatId, seq, what: `run ${runId ?? ''} has no end` };
    }),
    ...(rests ? [] : [{ promise: 'P3', kind: 'stuck', chatId, what: 'the chat does not rest' } as const]),
  ];
}

function judgeEnds(chatId: string, events: readonly ChatEvent[]): Violation[] {
  const violations: Violation[] = [];
  const ended = new Map<string, number>();
  for (const { runId, type, seq } of events) {
    if (runId === undefined) continue;
    const end = ended.get(runId);
    if (end !== undefined && type !== 'chat_renamed') {
      const what = `run ${runId} ended at event ${end} and has ${type} after it`;
      violations.push({ promise: 'P2', kind: 'doubled', chatId, seq, what });
    }
    if (ENDS.has(type)) ended.set(runId, seq);
  }
  return violations;
}

function judgeFailures(evidence: ChatEvidence, events: readonly ChatEvent[]): Violation[] {
  const { chatId } = evidence;
  return events.flatMap((event): Violation[] => {
    if (event.type !== 'run_failed' || isExcused(event, evidence)) return [];
    const what = `run ${event.runId} failed: ${event.error.code} ${event.error.message}`;
    return [{ promise: 'P3', kind: 'wrong', chatId, seq: event.seq, what }];
  });
}

/** The model is no part of the system: where it was away, a run may say so and end. */
function isExcused(event: EventOf<'run_failed'>, { modelAway }: Pick<ChatEvidence, 'modelAway'>): boolean {
  const at = Date.parse(event.at);
  return event.error.code === 'model_unavailable' && modelAway.some(({ from, to }) => from <= at && at <= to);
}

/** Tools whose author says that doing it twice is as good as once. */
const IDEMPOTENT: ReadonlySet<string> = new Set(['lookup_order', 'search_docs']);

/** A tool that is not idempotent starts once, or again after a person was asked; its effect is in the world once. */
export function judgeTools(evidence: ChatEvidence): Violation[] {
  const { chatId, effects } = evidence;
  const events = eventsOf(evidence);
  const started = new Set(events.flatMap((event) => (event.type === 'tool_started' ? [event.callId] : [])));
  const unmeant = effects.filter(({ callId }) => !started.has(callId));
  return [
    ...judgeStarts(chatId, events),
    ...unmeant.map(({ callId }): Violation => {
      return { promise: 'P3', kind: 'wrong', chatId, what: `the effect of ${callId} is there, its intent is not` };
    }),
    ...judgeAnswersOfTools(chatId, events, started),
  ];
}

function judgeStarts(chatId: string, events: readonly ChatEvent[]): Violation[] {
  const violations: Violation[] = [];
  const tools = new Map<string, string>();
  const started = new Set<string>();
  const asked = new Set<string>();
  for (const event of events) {
    if (event.type === 'tool_call') tools.set(event.callId, event.tool);
    if (event.type === 'input_response') asked.add(event.runId);
    if (event.type !== 'tool_started') continue;
    const { callId, runId, seq } = event;
    const tool = tools.get(callId) ?? 'a tool';
    const wasAsked = asked.delete(runId);
    if (started.has(callId) && !wasAsked && !IDEMPOTENT.has(tool)) {
      const what = `${tool} was started again for ${callId} without asking`;
      violations.push({ promise: 'P3', kind: 'doubled', chatId, seq, what });
    }
    started.add(callId);
  }
  return violations;
}

/** Whoever was started is answered once. */
function judgeAnswersOfTools(chatId: string, events: readonly ChatEvent[], started: ReadonlySet<string>): Violation[] {
  const violations: Violation[] = [];
  const answered = new Set<string>();
  for (const event of events) {
    if (event.type !== 'tool_response') continue;
    const { callId, seq } = event;
    if (answered.has(callId))
      violations.push({ promise: 'P2', kind: 'doubled', chatId, seq, what: `tool call ${callId} was answered twice` });
    answered.add(callId);
  }
  for (const callId of started) {
    if (!answered.has(callId))
      violations.push({ promise: 'P3', kind: 'stuck', chatId, what: `tool call ${callId} was never answered` });
  }
  return violations;
}

/** Each question gets at most one answer, and no question is left when a chat rests. */
export function judgeQuestions(evidence: ChatEvidence): Violation[] {
  const { chatId } = evidence;
  const violations: Violation[] = [];
  const answers = new Map<string, number>();
  const open = new Map<string, { seq: number; runId: string }>();
  for (const event of eventsOf(evidence)) {
    if (event.type === 'input_request') open.set(event.requestId, event);
    // A run that ends takes its questions with it.
    if (ENDS.has(event.type)) for (const [id, { runId }] of open) if (runId === event.runId) open.delete(id);
    if (event.type !== 'input_response') continue;
    open.delete(event.requestId);
    const before = answers.get(event.requestId);
    answers.set(event.requestId, event.seq);
    if (before === undefined) continue;
    const what = `question ${event.requestId} was answered at event ${before} and again`;
    violations.push({ promise: 'P6', kind: 'doubled', chatId, seq: event.seq, what });
  }
  for (const [requestId, { seq }] of open) {
    violations.push({ promise: 'P6', kind: 'stuck', chatId, seq, what: `question ${requestId} waits for ever` });
  }
  return violations;
}

/**
 * After a stop nobody begins to speak. Pieces of what was cut off may follow, also those of the call that it was about to
 * make: they are void.
 */
export function judgeStops({ chatId, commits }: Pick<ChatEvidence, 'chatId' | 'commits'>): Violation[] {
  const violations: Violation[] = [];
  const stopped = new Set<string>();
  const begun = new Set<string>();
  for (const { commit } of commits) {
    for (const { runId, messageId, kind } of commit.deltas ?? []) {
      if (stopped.has(runId) && !begun.has(messageId) && kind !== 'arguments')
        violations.push({ promise: 'P5', kind: 'wrong', chatId, what: `run ${runId} speaks after it was stopped` });
      begun.add(messageId);
    }
    for (const event of commit.events) if (event.type === 'run_cancelled') stopped.add(event.runId);
  }
  return violations;
}
