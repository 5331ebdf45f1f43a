/** What is known of the runs of a chat. */
import type { EventOf, Json } from '@colloquy/contracts';
import type { SharedList } from './chat-view-list.ts';
import type { RunPlaces } from './run-places.ts';

/** How a run is, or how it ended. `waiting`: for a person. */
export type RunStatus = 'running' | 'waiting' | 'completed' | 'failed' | 'cancelled';

/**
 * What an agent does in a span of time. `thinking`: it has the turn and nothing is seen yet, or its reasoning is;
 * `waiting`: for a person.
 */
export type SpanKind = 'thinking' | 'speaking' | 'tool' | 'waiting';

/** Something that one agent did, from one event to another. */
export interface Span {
  /** Unique in the run. */
  readonly key: string;
  readonly kind: SpanKind;
  readonly agent: string;
  /** The run, or the child run, that it is of. */
  readonly runId: string;
  /** `seq` of the event that began it. */
  readonly seq: number;
  /** ISO-8601. */
  readonly startedAt: string;
  /** Undefined while it goes on. */
  readonly endedAt: string | undefined;
  /** Of a tool its name, of a question its kind. */
  readonly label: string | undefined;
  /** How it ended: `aborted` when it did not come to its end. */
  readonly outcome: 'open' | 'ok' | 'failed' | 'aborted';
  /** Of a tool: how long it says it took, in ms. */
  readonly ms: number | undefined;
}

/** What one agent did in a run, oldest first. */
export interface Lane {
  readonly agent: string;
  /** How often it was given the turn. */
  readonly turns: number;
  readonly spans: SharedList<Span>;
}

/** One agent handed over to another, or to what `to` names. */
export interface Handoff {
  readonly seq: number;
  readonly at: string;
  readonly runId: string;
  readonly from: string;
  readonly to: string;
  readonly by: EventOf<'handoff'>['by'];
  readonly reason: string | undefined;
}

/** The turn went to an agent. */
export interface Step {
  readonly seq: number;
  readonly at: string;
  readonly runId: string;
  /** Who had it before; several when branches were joined; nobody at the beginning. */
  readonly from: readonly string[];
  readonly to: string;
}

/** What was used by one agent, of one model, for one purpose. */
export interface UsageRow {
  readonly agent: string;
  readonly model: string;
  readonly purpose: EventOf<'usage'>['purpose'];
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  /** Millionths of a US dollar; calls without a known price add nothing. */
  readonly costMicroUsd: number;
  readonly modelCalls: number;
  /** How many of the calls have no known price. */
  readonly unpricedCalls: number;
  /** Of how many calls the tokens were counted from the text. */
  readonly estimatedCalls: number;
}

/** A child run: a part of the work that was done apart. */
export interface Branch {
  readonly runId: string;
  readonly parentRunId: string;
  /** What the child runs are called that it is one of. */
  readonly child: string | undefined;
  readonly branch: string | undefined;
  readonly status: RunStatus;
  readonly startedAt: string;
  readonly endedAt: string | undefined;
}

/** A way that the turn went, and how often. */
export interface Way {
  readonly from: readonly string[];
  readonly to: string;
  readonly taken: number;
}

/** Variables were changed at one moment. */
export interface ContextChange {
  readonly seq: number;
  readonly at: string;
  readonly runId: string;
  readonly agent: string | undefined;
  /** The new values, where they may be seen; undefined where they are the run's own business. */
  readonly set: Readonly<Record<string, Json>> | undefined;
}

/** What went wrong and was mended, or began again. */
export interface Incident {
  readonly seq: number;
  readonly at: string;
  readonly kind: 'takeover' | 'released' | 'retried' | 'model_changed';
  readonly agent: string | undefined;
  /** Of a model: its new name; of a tool: which one. */
  readonly text: string | undefined;
}

/** One go of a workflow, with its child runs. */
export interface RunView {
  readonly runId: string;
  /** Empty when its beginning is not there. */
  readonly workflow: string;
  readonly startSeq: number;
  readonly startedAt: string;
  /** `seq` and instant of the newest event of it. */
  readonly lastSeq: number;
  readonly lastAt: string;
  readonly endedAt: string | undefined;
  readonly deadlineAt: string | undefined;
  readonly status: RunStatus;
  /** Why it ended. */
  readonly reason: { readonly code: string; readonly text: string } | undefined;
  /** True when the person took it back: the chat goes on from before it. */
  readonly undone: boolean;
  /** In the order in which they came in. */
  readonly lanes: readonly Lane[];
  readonly handoffs: SharedList<Handoff>;
  readonly steps: SharedList<Step>;
  /** The steps by where they went, in the order in which each was first gone. */
  readonly ways: readonly Way[];
  readonly usage: readonly UsageRow[];
  readonly branches: readonly Branch[];
  readonly context: SharedList<ContextChange>;
  readonly incidents: readonly Incident[];
  /** For the fold's own use. */
  readonly memory: RunMemory;
}

/** What the fold remembers of a run. */
export interface RunMemory {
  /** Who has the turn, in the run and in each child run. */
  readonly speakers: ReadonlyMap<string, string>;
  /** Who spoke last in child runs that have ended since the turn went on, by the run that asked for them. */
  readonly joined: ReadonlyMap<string, readonly string[]>;
  /** Lane and place of the spans that go on, by key. */
  readonly open: ReadonlyMap<string, SpanPlace>;
  /** Calls without an answer, by callId. */
  readonly calls: ReadonlyMap<string, OpenCall>;
}

/** Where a span is. */
export interface SpanPlace {
  readonly lane: number;
  readonly span: number;
}

/** A tool call without an answer. */
export interface OpenCall {
  readonly tool: string;
  readonly agent: string;
  readonly runId: string;
  readonly seq: number;
  readonly at: string;
}

/** All runs of a chat. */
export interface RunsView {
  /** `seq` of the newest event that it holds; 0 before any. */
  readonly lastSeq: number;
  /** Oldest first; child runs are within the runs that asked for them. */
  readonly runs: SharedList<RunView>;
  /** The run that each run, also a child run, is or is a part of: its place in `runs`. */
  readonly rootOf: RunPlaces;
  /** What all runs used together. */
  readonly usage: readonly UsageRow[];
}
