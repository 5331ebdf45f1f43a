/**
 * The fold of a chat's log.
 *
 * Invariants (tests name them):
 * E1  Total: no event makes it throw; event types that it does not know change the position only.
 * E2  An event at or before `lastSeq` changes nothing.
 * E3  The state that goes in is not changed, also not through what both states share.
 * E4  Nothing outlives a run but what was said, the totals and the title.
 */
import type { ChatEvent, EventOf, Totals } from '@colloquy/contracts';
import { saidInTurn } from './agent-run.ts';
import { AppendList } from './append-list.ts';
import { AppendSet } from './append-set.ts';
import { childEnded, childStarted, evolveChild, takeInChildren } from './evolve-children.ts';
import { evolveRun } from './evolve-run.ts';
import { jsonText } from './json-text.ts';
import { marked, NO_MARKS, rewound } from './evolve-rewound.ts';
import { heard, inboxAfter } from './inbox.ts';
import type { Draft } from './draft.ts';
import { omit } from './omit.ts';
import { newsAfter, seenAfter } from './seen.ts';
import type { ChatState, RunState, SaidItem } from './types.ts';
import { withFiles } from './with-files.ts';

const NO_TOTALS: Totals = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0 };

/** A chat before its first event. */
export const initialState: ChatState = {
  variables: {},
  lastSeq: 0,
  inbox: [],
  said: AppendList.empty(),
  marks: NO_MARKS,
  totals: NO_TOTALS,
  shareId: null,
  seenSeq: 0,
  newsSeq: 0,
  commandIds: AppendSet.empty(),
};

/** The state after one more event. Never throws; an event at or before `lastSeq` changes nothing. */
export function evolve(state: ChatState, event: ChatEvent): ChatState {
  if (!(event.seq > state.lastSeq)) return state;
  return evolveChat(placed(state, event), event);
}

function placed(state: ChatState, event: ChatEvent): ChatState {
  const { commandId } = event;
  const commandIds = typeof commandId === 'string' ? state.commandIds.add(commandId) : state.commandIds;
  const [seenSeq, newsSeq] = [seenAfter(state, event), newsAfter(state, event)];
  return { ...state, lastSeq: event.seq, lastAt: event.at, commandIds, seenSeq, newsSeq };
}

/**
 * What an event changes beyond its place.
 * @param state - made for this event: nobody else holds it, so what happens in a run is written to it
 */
function evolveChat(state: ChatState, event: ChatEvent): ChatState {
  switch (event.type) {
    case 'chat_created':
      return created(state, event);
    case 'user_message':
      return { ...state, inbox: inboxAfter(state.inbox, event) };
    case 'message_taken_up':
      return heard(state, event);
    case 'rewound':
      return rewound(state, event);
    case 'run_started':
      return started(state, event);
    case 'run_cancelled':
      return childEnded(state, event) ?? cancelled(state, event);
    case 'run_completed':
    case 'run_failed':
      return childEnded(state, event) ?? ended(state, event);
    case 'message_imported':
      return { ...state, said: state.said.append(importedItem(event)) };
    case 'chat_renamed':
      return { ...state, title: event.title };
    case 'share_changed':
      return { ...state, shareId: event.shareId };
    case 'chat_deleted':
      return { ...state, deletedAt: event.at };
    case 'chat_restored':
      return omit(state, 'deletedAt');
    default:
      return evolveChild(state, event, (own) => duringRun(own, event)) ?? duringRun(state, event);
  }
}

/** Who is no agent of the workflow is to its agents like any other agent. */
function importedItem({ role, name = 'assistant', text, seq, messageId }: EventOf<'message_imported'>): SaidItem {
  const about = { text, seq, messageId, imported: true as const };
  return role === 'user' ? { kind: 'user', ...about } : { kind: 'agent', agent: name, ...about };
}

function created(state: ChatState, event: EventOf<'chat_created'>): ChatState {
  const { ownerId, tenantId, workflow, variables, title } = event;
  return {
    ...state,
    ownerId,
    workflow,
    variables,
    ...(tenantId === undefined ? {} : { tenantId }),
    ...(title === undefined ? {} : { title }),
  };
}

/**
 * A run takes up everything that waits up to its trigger; what came after it waits for the next run. A child run whose
 * parent is over is over with it.
 */
function started(state: ChatState, event: EventOf<'run_started'>): ChatState {
  if (event.parentRunId !== undefined) return childStarted(state, event, freshRun(event)) ?? state;
  return { ...takeUp(state, event.trigger), run: { ...freshRun(event), saidBefore: heardBefore(state) } };
}

/** What was said elsewhere is a part of the first run. */
function heardBefore({ said }: ChatState): number {
  for (const item of said) if (!('imported' in item)) return said.length;
  return 0;
}

const NOTHING_YET: Partial<RunState> = {
  speaker: undefined,
  pendingHandoff: undefined,
  lastReply: undefined,
  agentRun: undefined,
  speakerRun: undefined,
};

function freshRun(event: EventOf<'run_started'>): RunState {
  const { runId, workflow, workflowHash, engineVersion, trigger, variables, deadlineAt, worker } = event;
  return {
    runId,
    worker,
    children: [],
    childRuns: [],
    handoffs: 0,
    workflow,
    workflowHash,
    engineVersion,
    trigger,
    startedAt: event.at,
    ...(deadlineAt === undefined ? {} : { deadlineAt }),
    variables,
    turnEnded: false,
    turns: 0,
    toolCalls: 0,
    tokens: 0,
    costMicroUsd: 0,
    openMessages: [],
    openCalls: [],
    openRequests: [],
    claimsInARow: 0,
    replyCalls: [],
    repeats: { count: 0 },
    // All runs have all of their fields, set or not: copying objects of many shapes takes three times as long.
    ...NOTHING_YET,
  };
}

function takeUp(state: ChatState, upTo: number): ChatState {
  const taken = state.inbox.filter(({ seq }) => seq <= upTo);
  const { marks } = marked(state, state.lastSeq);
  const said = taken.reduce(
    (list, { text, seq, messageId, attachments }) =>
      list.append({ kind: 'user', text, seq, messageId, ...withFiles({ attachments }) }),
    state.said,
  );
  return { ...state, said, marks, inbox: state.inbox.filter(({ seq }) => !(seq <= upTo)) };
}

/**
 * A stop that came before any run had begun names its own command as the run (see recordCommand): what waited then is
 * taken up by nobody.
 */
function cancelled(state: ChatState, event: EventOf<'run_cancelled'>): ChatState {
  if (state.run === undefined) return event.runId === event.commandId ? takeUp(state, event.seq) : state;
  return ended(state, event);
}

function ended(state: ChatState, event: EventOf<'run_completed' | 'run_failed' | 'run_cancelled'>): ChatState {
  return state.run?.runId === event.runId ? { ...takeInChildren(state, event), run: undefined } : state;
}

/** They end the turn that child runs were asked for in. */
const TURNS: ReadonlySet<string> = new Set(['speaker_selected', 'handoff']);

function duringRun(before: Draft<ChatState>, event: ChatEvent): ChatState {
  const own = before.run !== undefined && event.runId === before.run.runId;
  const state: Draft<ChatState> = own && TURNS.has(event.type) ? takeInChildren(before, event) : before;
  const item = saidInTurn(state.run, event) ?? saidBy(state.run, event);
  if (item !== undefined) state.said = state.said.append(item);
  if (event.type === 'usage') state.totals = orElse(event.totals, state.totals);
  if (own && state.run !== undefined) state.run = evolveRun(state.run, event);
  return state;
}

function orElse<T>(value: T | undefined, fallback: T): T {
  return value ?? fallback;
}

function saidBy(run: RunState | undefined, event: ChatEvent): SaidItem | undefined {
  switch (event.type) {
    case 'text':
    case 'message_aborted':
      return partOfReply(run, event.messageId) && event.text !== ''
        ? { kind: 'agent', agent: event.agent, text: event.text, seq: event.seq, messageId: event.messageId }
        : undefined;
    case 'tool_call': {
      const { agent, callId, tool, arguments: args, messageId, seq } = event;
      return { kind: 'call', agent, callId, tool, arguments: args, messageId, seq };
    }
    case 'tool_response':
      return resultOf(run, event);
    case 'handoff':
      return { kind: 'handoff', from: event.from, to: event.to, seq: event.seq };
    default:
      return undefined;
  }
}

/** Thoughts, titles and the like are not part of what agents hear. */
function partOfReply(run: RunState | undefined, messageId: string): boolean {
  const open = run?.openMessages.find((message) => message.messageId === messageId);
  return open === undefined || (open.purpose === 'reply' && open.kind === 'text');
}

function resultOf(run: RunState | undefined, event: EventOf<'tool_response'>): SaidItem {
  const { callId, ok, seq } = event;
  const tool = run?.openCalls.find((call) => call.callId === callId)?.tool ?? '';
  const content = ok ? jsonText(event.result) : `Error: ${event.error?.message ?? 'the tool failed'}`;
  return { kind: 'result', callId, tool, ok, content, seq };
}
