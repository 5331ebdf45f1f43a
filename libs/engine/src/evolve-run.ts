import type { ChatEvent, EventOf } from '@colloquy/contracts';
import { evolveAgentRun } from './agent-run.ts';
import { evolveApprovedTools } from './approvals.ts';
import { isEngineCall } from './engine-calls.ts';
import { count } from './evolve-children.ts';
import { canonicalText, jsonText } from './json-text.ts';
import type { Draft } from './draft.ts';
import { omit } from './omit.ts';
import { ASK_PERSON } from './reserved-tools.ts';
import { evolveSpeakerRun } from './speaker-run.ts';
import type { OpenCall, OpenMessage, OpenRequest, Repeats, ReplyCall, RunState } from './types.ts';

/** The run after one of its own events. */
export function evolveRun(before: RunState, event: ChatEvent): RunState {
  const agentRun = evolveAgentRun(before, event);
  const speakerRun = evolveSpeakerRun(before, event);
  const turn = evolveTurn(before, event);
  // Most events change one of them: a run is copied once, for what has changed only.
  const same = agentRun === before.agentRun && speakerRun === before.speakerRun;
  const after = same ? turn : withParts(turn === before ? { ...before } : turn, { agentRun, speakerRun });
  return event.type === 'input_response' ? { ...after, ...evolveApprovedTools(before, event) } : after;
}

/** Writes to a run that this event has made. */
function withParts(
  run: Draft<RunState>,
  { agentRun, speakerRun }: Pick<RunState, 'agentRun' | 'speakerRun'>,
): RunState {
  run.agentRun = agentRun;
  run.speakerRun = speakerRun;
  return run;
}

function evolveTurn(before: RunState, event: ChatEvent): RunState {
  const run = RESETS_CLAIMS.has(event.type) && before.claimsInARow > 0 ? { ...before, claimsInARow: 0 } : before;
  switch (event.type) {
    case 'run_claimed':
      return claimed(run, event.worker);
    case 'run_released':
      return released(run);
    case 'speaker_selected':
      return selected(run, event);
    case 'message_started':
    case 'text':
    case 'reasoning':
    case 'message_aborted':
      return afterMessage(run, event);
    case 'tool_call':
    case 'tool_started':
    case 'tool_response':
      return afterTool(run, event);
    case 'handoff':
      return handedOff(run, event);
    case 'context_updated':
      return updated(run, event);
    case 'input_request':
      return { ...run, openRequests: [...run.openRequests, requestOf(event)] };
    case 'input_response':
      return answered(run, event);
    case 'usage':
      return used(run, event);
    default:
      return run;
  }
}

/**
 * Finished pieces of work: only they show that the run gets further. What merely began, what was cut off and what it
 * cost are none, else a run that ends every process in the middle of an answer would be claimed, and paid for, for ever.
 */
const RESETS_CLAIMS: ReadonlySet<ChatEvent['type']> = new Set<ChatEvent['type']>([
  'speaker_selected',
  'handoff',
  'context_updated',
  'text',
  'reasoning',
  'tool_call',
  'tool_response',
  'input_request',
  'input_response',
  'reply_held',
  'guardrail_passed',
  'guardrail_tripped',
  'context_summarized',
]);

function claimed(run: RunState, worker: string): RunState {
  // What a person said to running it once more still stands: it is used up when the call is started again.
  const openCalls = run.openCalls.map((call) => (call.attempts > 0 ? { ...call, interrupted: true } : call));
  const children = run.children.map((child) => claimed(child, worker));
  return { ...run, worker, claimsInARow: run.claimsInARow + 1, openCalls, children };
}

/**
 * Who gives a run back in good order takes back its own claim, since no process ended of it. Crashes before that still
 * count: a poison run whose process happens to be asked to stop would else never be stopped.
 */
function released(run: RunState): RunState {
  const running = ({ attempts, interrupted }: OpenCall): boolean => attempts > 0 && !interrupted;
  const openCalls = run.openCalls.map((call) =>
    running(call) ? { ...call, handedOver: (call.handedOver ?? 0) + 1 } : call,
  );
  const children = run.children.map(released);
  return { ...run, claimsInARow: Math.max(0, run.claimsInARow - 1), openCalls, children };
}

function selected(run: RunState, event: EventOf<'speaker_selected'>): RunState {
  return {
    ...run,
    pendingHandoff: undefined,
    lastReply: undefined,
    speaker: event.agent,
    turnEnded: false,
    turns: run.turns + 1,
    replyCalls: [],
  };
}

function afterMessage(
  run: RunState,
  event: EventOf<'message_started' | 'text' | 'reasoning' | 'message_aborted'>,
): RunState {
  const others = run.openMessages.filter(({ messageId }) => messageId !== event.messageId);
  if (event.type === 'message_started') return { ...run, openMessages: [...others, openedBy(event)] };
  if (event.type !== 'text') return { ...run, openMessages: others };
  const purpose = run.openMessages.find(({ messageId }) => messageId === event.messageId)?.purpose ?? 'reply';
  // A reply ends the turn unless it asks for tools: those events follow in the same commit and take this back.
  const ended = purpose === 'reply' ? { turnEnded: true, lastReply: event.text } : run;
  return { ...run, openMessages: others, turnEnded: ended.turnEnded, lastReply: ended.lastReply };
}

function openedBy(event: EventOf<'message_started'>): OpenMessage {
  const { messageId, kind, purpose, agent, model, attempt } = event;
  return { messageId, kind, purpose, agent, model, attempt };
}

function afterTool(run: RunState, event: EventOf<'tool_call' | 'tool_started' | 'tool_response'>): RunState {
  switch (event.type) {
    case 'tool_call':
      return called(run, event);
    case 'tool_started':
      return withCall(run, event.callId, (call) => ({
        ...omit(call, 'again'),
        attempts: event.attempt,
        interrupted: false,
      }));
    case 'tool_response':
      return responded(run, event);
  }
}

function called(run: RunState, event: EventOf<'tool_call'>): RunState {
  const { callId, tool, arguments: args, agent, approval, messageId } = event;
  const call: OpenCall = { callId, tool, arguments: args, agent, approval, messageId, attempts: 0, interrupted: false };
  const openCalls = [...run.openCalls, call];
  // Nobody asked for it in a reply: the turn stands where it stood.
  if (isEngineCall(call)) return { ...run, openCalls };
  const sameReply = run.replyCalls[0]?.messageId === messageId ? run.replyCalls : [];
  const replyCalls = [...sameReply, { callId, messageId }];
  return { ...run, turnEnded: false, toolCalls: run.toolCalls + 1, openCalls, replyCalls };
}

function withCall(run: RunState, callId: string, change: (call: OpenCall) => OpenCall): RunState {
  return { ...run, openCalls: run.openCalls.map((call) => (call.callId === callId ? change(call) : call)) };
}

function responded(run: RunState, event: EventOf<'tool_response'>): RunState {
  const call = run.openCalls.find(({ callId }) => callId === event.callId);
  if (call === undefined) return run;
  const { set, target } = event;
  const wants: Partial<ReplyCall> = {
    ...(set === undefined ? {} : { set }),
    ...(target === undefined ? {} : { target }),
  };
  return {
    ...run,
    openCalls: run.openCalls.filter((other) => other !== call),
    openRequests: run.openRequests.filter(({ callId }) => callId !== call.callId),
    childRuns: run.childRuns.filter(({ callId }) => callId !== call.callId),
    replyCalls: run.replyCalls.map((other) => (other.callId === call.callId ? { ...other, ...wants } : other)),
    repeats: isEngineCall(call) ? run.repeats : repeated(run.repeats, call, event),
  };
}

function repeated(before: Repeats, call: OpenCall, event: EventOf<'tool_response'>): Repeats {
  const { agent, tool, arguments: args } = call;
  const result = event.ok ? jsonText(event.result) : `! ${event.error?.code ?? ''}`;
  const { of } = before;
  // Arguments are only compared, which is dear, when all else is the same.
  const same =
    of?.agent === agent &&
    of.tool === tool &&
    of.result === result &&
    canonicalText(of.arguments) === canonicalText(args);
  return { of: { agent, tool, arguments: args, result }, count: same ? before.count + 1 : 1 };
}

function handedOff(run: RunState, event: EventOf<'handoff'>): RunState {
  // With calls unsettled only a guardrail moves the turn by the context: it overrules where they want it.
  const settles = event.by === 'tool' || event.by === 'context';
  const replyCalls = settles ? run.replyCalls.map((call) => omit(call, 'target')) : run.replyCalls;
  const { to, by, towards } = event;
  const pendingHandoff = { to, by, ...(towards === undefined ? {} : { target: towards }) };
  return { ...run, replyCalls, handoffs: run.handoffs + 1, pendingHandoff };
}

function updated(run: RunState, event: EventOf<'context_updated'>): RunState {
  const replyCalls = run.replyCalls.map((call) => omit(call, 'set'));
  return { ...run, replyCalls, variables: { ...run.variables, ...event.set } };
}

function requestOf(event: EventOf<'input_request'>): OpenRequest {
  const { requestId, kind, schema, callId, expiresAt, purpose, agent } = event;
  return {
    requestId,
    kind,
    ...(schema === undefined ? {} : { schema }),
    ...(callId === undefined ? {} : { callId }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    ...(purpose === undefined ? {} : { purpose }),
    ...(agent === undefined ? {} : { agent }),
  };
}

function answered(run: RunState, event: EventOf<'input_response'>): RunState {
  const request = run.openRequests.find(({ requestId }) => requestId === event.requestId);
  if (request === undefined) return run;
  const open = { ...run, openRequests: run.openRequests.filter((other) => other !== request) };
  return request.callId === undefined ? open : withCall(open, request.callId, (call) => toldBy(call, event));
}

function toldBy(call: OpenCall, event: EventOf<'input_response'>): OpenCall {
  const { by, value } = event;
  const said = by === 'expiry' ? 'Nobody answered in time.' : event.comment;
  const comment = said === undefined ? {} : { comment: said };
  if (call.tool === ASK_PERSON) return { ...call, answer: { by, value, ...comment } };
  if (call.attempts > 0) return { ...call, again: value === true, ...comment };
  return { ...call, approved: value === true, ...comment };
}

function used(run: RunState, event: EventOf<'usage'>): RunState {
  return {
    ...run,
    // One call of a purpose at a time: its usage says that it is over.
    openMessages: run.openMessages.filter(({ purpose }) => purpose !== event.purpose),
    tokens: run.tokens + count(event.promptTokens) + count(event.completionTokens),
    costMicroUsd: run.costMicroUsd + count(event.costMicroUsd),
  };
}
