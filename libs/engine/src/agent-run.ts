/** What a run knows of its agents' turns beyond who speaks: hooks, guardrails, people and replies that did not fit. */
import type { ChatEvent, EventOf, Json, Target, Variables } from '@colloquy/contracts';
import { isEngineCall } from './engine-calls.ts';
import { omit } from './omit.ts';
import type { RunState, SaidItem } from './types.ts';

/** What a guardrail found. */
export interface Verdict {
  readonly name: string;
  /** The message or the call that it looked at. */
  readonly about: string;
  readonly tripped: boolean;
  readonly replacement?: string;
}

/** A reply that nobody has seen yet. */
export interface HeldReply {
  readonly messageId: string;
  readonly agent: string;
  readonly finishReason: string;
  readonly reply: Json;
}

/** What a tool answered to a call that the engine made. */
export interface EngineAnswer {
  readonly callId: string;
  readonly ok: boolean;
  readonly result: Json;
  /** Variables that it wants set, and where it wants the turn to go: up to who made the call. */
  readonly set?: Variables;
  readonly target?: Target;
}

/** What is known of the turns of a run. */
export interface AgentRun {
  /** True when the speaker has the turn and nothing has come of it yet. */
  readonly fresh: boolean;
  /** How often each agent had the turn since a person last had it go on. */
  readonly turnsOf: Readonly<Record<string, number>>;
  /** The person was asked before the speaker spoke in this turn. */
  readonly askedTurn: boolean;
  /** The person was asked whether the run is to end here, and said nothing against it. */
  readonly askedEnd: boolean;
  /** The person had the run go on when it was about to end. */
  readonly goOn: boolean;
  /** The last text of an agent in this run. */
  readonly lastText?: string | undefined;
  /** Ids of the replies of this turn that did not fit their schema. */
  readonly rejected: readonly string[];
  /** Up to which event the agents have heard what was said. */
  readonly heard: Readonly<Record<string, number>>;
  readonly verdicts: readonly Verdict[];
  /** The guardrail that wants the run to end, and what a person is to read. */
  readonly stoppedBy?: { readonly name: string; readonly text: string };
  /** Answers of guardrail models in a row that said nothing. */
  readonly unclearVerdicts: number;
  readonly held?: HeldReply;
  /** Results of tools that nobody has seen yet; `messageId` is the call. */
  readonly heldResults: readonly HeldReply[];
  readonly answers: readonly EngineAnswer[];
  /** The model that answers for an agent, where its own has failed. */
  readonly models: Readonly<Record<string, string>>;
  /** What a model made of the run for whoever asked for it. */
  readonly summary?: string;
}

/** Why a text is held that is the summary of its run: it comes with the run's end. */
export const SUMMARY = 'summary';

const BEGINNING: AgentRun = {
  lastText: undefined,
  fresh: false,
  turnsOf: {},
  askedTurn: false,
  askedEnd: false,
  goOn: false,
  rejected: [],
  heard: {},
  verdicts: [],
  unclearVerdicts: 0,
  heldResults: [],
  answers: [],
  models: {},
};

/** What a run knows of its agents' turns. */
export function agentRunOf(run: RunState): AgentRun {
  return run.agentRun ?? BEGINNING;
}

/** What was answered to a call that the engine made; undefined as long as it has no answer. */
export function engineAnswer(run: RunState, callId: string): EngineAnswer | undefined {
  return agentRunOf(run).answers.find((answer) => answer.callId === callId);
}

/** What such a record says of an agent: 0 when nothing, also when the name is one that every object has. */
export function countIn(counts: Readonly<Record<string, number>>, agent: string): number {
  return Object.hasOwn(counts, agent) ? (counts[agent] ?? 0) : 0;
}

/** What the run knows of its agents' turns after one more of its events; `run` is as it was before it. */
export function evolveAgentRun(run: RunState, event: ChatEvent): AgentRun {
  const before = agentRunOf(run);
  switch (event.type) {
    case 'speaker_selected':
      return selected(before, event.agent);
    case 'message_started':
    case 'text':
    case 'message_aborted':
    case 'reply_held':
    case 'usage':
      return afterReply(run, before, event);
    case 'context_updated':
      return spokenOf(before);
    case 'tool_call':
      return isEngineCall(event) ? before : spokenOf(release(before, event.messageId));
    case 'tool_response':
      return responded(run, before, event);
    case 'input_response':
      return answered(run, before, event);
    case 'model_changed':
      return { ...before, models: { ...before.models, [event.agent]: event.to } };
    case 'guardrail_passed':
    case 'guardrail_tripped':
      return judged(before, event);
    default:
      return before;
  }
}

/** The speaker has begun. */
function spokenOf(before: AgentRun): AgentRun {
  return before.fresh ? { ...before, fresh: false } : before;
}

function selected(before: AgentRun, agent: string): AgentRun {
  const turns = before.goOn ? 1 : countIn(before.turnsOf, agent) + 1;
  return {
    ...omit(before, 'summary'),
    fresh: true,
    turnsOf: { ...before.turnsOf, [agent]: turns },
    askedTurn: before.goOn,
    askedEnd: false,
    goOn: false,
    rejected: [],
    answers: [],
  };
}

function afterReply(
  run: RunState,
  before: AgentRun,
  event: EventOf<'message_started' | 'text' | 'message_aborted' | 'reply_held' | 'usage'>,
): AgentRun {
  switch (event.type) {
    case 'usage':
      return used(before, event);
    case 'message_started':
      return event.purpose === 'reply' ? spokenOf(before) : before;
    case 'reply_held':
      return held(run, before, event);
    case 'text':
      return said(before, event);
    case 'message_aborted':
      return aborted(run, before, event);
  }
}

/** Only a whole reply shows what its agent has heard: of one that was cut off nobody knows. */
function used(before: AgentRun, event: EventOf<'usage'>): AgentRun {
  const { agent, purpose, seq, cutOff = false } = event;
  // Of a call that was cut off nobody knows what it would have said.
  if (purpose === 'guardrail') return { ...before, unclearVerdicts: before.unclearVerdicts + (cutOff ? 0 : 1) };
  if (purpose !== 'reply' || agent === undefined) return before;
  return { ...before, fresh: false, heard: { ...before.heard, [agent]: seq } };
}

function held(run: RunState, before: AgentRun, event: EventOf<'reply_held'>): AgentRun {
  const { messageId, agent, finishReason, reply } = event;
  if (finishReason === SUMMARY) return { ...before, summary: textOf(reply) };
  const what: HeldReply = { messageId, agent, finishReason, reply };
  const ofTool = run.openCalls.some(({ callId }) => callId === messageId);
  return ofTool ? { ...before, heldResults: [...before.heldResults, what] } : { ...before, fresh: false, held: what };
}

function textOf(reply: Json): string {
  const text = typeof reply === 'object' && reply !== null && !Array.isArray(reply) ? reply['text'] : undefined;
  return typeof text === 'string' ? text : '';
}

function said(before: AgentRun, { text, messageId }: EventOf<'text'>): AgentRun {
  const lastText = text === '' ? before.lastText : text;
  return { ...release(before, messageId), fresh: false, askedEnd: false, lastText };
}

function aborted(run: RunState, before: AgentRun, { messageId, reason }: EventOf<'message_aborted'>): AgentRun {
  const after = release(before, messageId);
  if (!isReply(run, messageId)) return after;
  return { ...after, fresh: false, rejected: reason === 'invalid' ? [...after.rejected, messageId] : after.rejected };
}

/** A model that was to choose a speaker says something invalid too. */
function isReply(run: RunState | undefined, messageId: string): boolean {
  const open = run?.openMessages.find((message) => message.messageId === messageId);
  return open === undefined || open.purpose === 'reply';
}

function release(before: AgentRun, messageId: string): AgentRun {
  return before.held?.messageId === messageId ? omit(before, 'held') : before;
}

function responded(run: RunState, before: AgentRun, event: EventOf<'tool_response'>): AgentRun {
  const { callId } = event;
  const isHeld = before.heldResults.some(({ messageId }) => messageId === callId);
  const heldResults = isHeld ? before.heldResults.filter(({ messageId }) => messageId !== callId) : before.heldResults;
  const call = run.openCalls.find((open) => open.callId === callId);
  if (call !== undefined && isEngineCall(call)) {
    return { ...before, heldResults, answers: [...before.answers, answerOf(event)] };
  }
  return isHeld ? { ...before, heldResults } : before;
}

function answerOf({ callId, ok, result, error, hidden, set, target }: EventOf<'tool_response'>): EngineAnswer {
  return {
    callId,
    ok,
    result: hidden ?? (ok ? (result ?? null) : (error?.message ?? '')),
    ...(set === undefined ? {} : { set }),
    ...(target === undefined ? {} : { target }),
  };
}

/** What a person is asked without a call is about the turn; no text is "go on as if I had not been asked". */
function answered(run: RunState, before: AgentRun, event: EventOf<'input_response'>): AgentRun {
  const purpose = run.openRequests.find(({ requestId }) => requestId === event.requestId)?.purpose;
  if (purpose === 'turn') return { ...before, askedTurn: true };
  if (purpose !== 'end') return before;
  return textIn(event) === '' ? { ...before, askedEnd: true } : { ...before, goOn: true };
}

/** What a person typed; empty when nobody answered. */
function textIn({ value }: EventOf<'input_response'>): string {
  return typeof value === 'string' ? value.trim() : '';
}

function judged(before: AgentRun, event: EventOf<'guardrail_passed' | 'guardrail_tripped'>): AgentRun {
  const { name, about } = event;
  if (about === undefined) return before;
  const found = event.type === 'guardrail_tripped' ? event : undefined;
  const replacement = found?.replacement;
  const verdict: Verdict = {
    name,
    about,
    tripped: found !== undefined,
    ...(replacement === undefined ? {} : { replacement }),
  };
  const after = { ...before, unclearVerdicts: 0, verdicts: [...before.verdicts, verdict] };
  return found?.action === 'stop' ? { ...after, stoppedBy: { name, text: found.message ?? '' } } : after;
}

/**
 * What an event adds to what was said, beyond messages and calls. A person's answer in an agent's turn is what the
 * person said (AG2 puts it under the agent's name).
 */
export function saidInTurn(run: RunState | undefined, event: ChatEvent): SaidItem | undefined {
  const { seq } = event;
  switch (event.type) {
    case 'message_aborted':
      if (event.reason !== 'invalid' || !isReply(run, event.messageId)) return undefined;
      return { kind: 'rejected', agent: event.agent, text: event.text, messageId: event.messageId, seq };
    case 'input_response':
      return personSaid(run, event);
    case 'guardrail_passed':
    case 'guardrail_tripped':
      return judgedInput(event);
    case 'context_summarized':
      return { kind: 'digest', agent: event.agent, upToSeq: event.upToSeq, text: event.digest, seq };
    default:
      return undefined;
  }
}

/** A later run must know of it: nothing from outside is looked at twice. */
function judgedInput(event: EventOf<'guardrail_passed' | 'guardrail_tripped'>): SaidItem | undefined {
  const { on, about, name: by, seq } = event;
  if (on !== 'input' || about === undefined) return undefined;
  const text = event.type === 'guardrail_tripped' ? event.replacement : undefined;
  return text === undefined ? { kind: 'judged', about, by, seq } : { kind: 'replaced', about, by, text, seq };
}

function personSaid(run: RunState | undefined, event: EventOf<'input_response'>): SaidItem | undefined {
  const { requestId, seq } = event;
  const purpose = run?.openRequests.find((request) => request.requestId === requestId)?.purpose;
  const text = textIn(event);
  if (text === '' || (purpose !== 'turn' && purpose !== 'end')) return undefined;
  return { kind: 'user', text, seq, messageId: requestId };
}
