/** The view of a chat and what its fold remembers between batches. */
import type { ChatEvent, ChatHeader, ChatStatus, Delta, PendingRequest } from '@colloquy/contracts';
import type { Entry, OpenEntry, UserEntry } from './chat-view-entries.ts';
import { SharedList } from './chat-view-list.ts';

/** Commits as they arrive: joined, split or repeated in any way; within a batch the events apply first. */
export interface CommitBatch {
  /** Position of the last commit in it; left out when the batch has none (a page of events). */
  readonly cursor?: string;
  readonly events: readonly ChatEvent[];
  readonly deltas: readonly Delta[];
}

/**
 * Events that are read a second time. Who loads a document goes on from before the oldest message that had begun and
 * not ended, so an open message begins inside what the document already covers. Whether it is still open is known only
 * when the replay has caught up with `lastSeq`.
 */
export interface Replay {
  /** First `seq` of this replay. */
  readonly from: number;
  /** The `seq` that comes next in it. */
  readonly next: number;
  readonly open: readonly OpenEntry[];
}

/** What the fold remembers; for its own use. */
export interface ViewMemory {
  readonly header: ChatHeader | undefined;
  /** Entries that are on the log, in its order, but user messages come after the run that was busy when they came. */
  readonly settled: SharedList<Entry>;
  /** Entries that are being written, in the order of their beginnings. */
  readonly open: readonly OpenEntry[];
  /** User messages that wait for the run to end. */
  readonly queued: readonly UserEntry[];
  /** True when an answer was the last thing that happened: whoever claims the run then resumes it. */
  readonly answered: boolean;
  /** The run that the chat is busy with. */
  readonly activeRun: string | undefined;
  /** Place in `settled` of the tool calls without an answer, by callId. */
  readonly calls: ReadonlyMap<string, number>;
  /** Place in `settled` of the questions without an answer, by requestId. */
  readonly requests: ReadonlyMap<string, number>;
  /** `seq` of the newest `rewound`; 0 before any. */
  readonly rewoundSeq: number;
  readonly replay: Replay | undefined;
  /** Highest `seq` that was seen beyond a hole. */
  readonly seenSeq: number;
  /** Entries of which a later piece was seen than what is there, and the length that it would reach. */
  readonly seenLength: ReadonlyMap<string, number>;
  /**
   * For each callId whose arguments are complete or void: `seq` of the event that says so. All views of one chat share
   * this map. It holds facts of the log, which are the same for all of them; each view looks only at those up to its
   * own `lastSeq`.
   */
  readonly callFacts: Map<string, number>;
}

/** A chat as a screen shows it. */
export interface ChatView {
  readonly chatId: string;
  readonly title: string;
  readonly workflow: string;
  readonly status: ChatStatus;
  readonly pinned: boolean;
  readonly deleted: boolean;
  /** Tokens and money so far. */
  readonly usage: ChatHeader['usage'];
  readonly pendingRequests: readonly PendingRequest[];
  readonly lastRun: ChatHeader['lastRun'];
  readonly entries: EntryList;
  /** The agent that has the turn; undefined when no run is active. */
  readonly speaker: string | undefined;
  /** The agents whose messages are streaming now. */
  readonly speaking: readonly string[];
  /** `seq` up to which the person has seen it, on any device; 0 before any. */
  readonly seenSeq: number;
  /** The id of its read-only link; null without one. */
  readonly shareId: string | null;
  /** The chat that it goes on from, and the `seq` there of the last event that it has of it. */
  readonly forkedFrom: ChatHeader['forkedFrom'];
  /** `seq` of the last event that it holds; 0 before any. */
  readonly lastSeq: number;
  /** Position of the last commit before any gap; undefined before any. */
  readonly cursor: string | undefined;
  /** True when something is missing: read on from `cursor` again. */
  readonly gap: boolean;
  /** How many of the events that a person sees lie before what this view holds; 0 when it holds all. */
  readonly earlier: number;
  /** For the fold's own use. */
  readonly memory: ViewMemory;
}

/** All entries of a view: what is on the log, then what is being written, then what is queued. */
export class EntryList implements Iterable<Entry> {
  readonly length: number;
  readonly #settled: SharedList<Entry>;
  readonly #tail: readonly Entry[];

  constructor(settled: SharedList<Entry>, tail: readonly Entry[]) {
    this.#settled = settled;
    this.#tail = tail;
    this.length = settled.length + tail.length;
  }

  /** The entry at `index`, or undefined beyond the end. */
  at(index: number): Entry | undefined {
    return index < this.#settled.length ? this.#settled.at(index) : this.#tail[index - this.#settled.length];
  }

  *[Symbol.iterator](): Iterator<Entry> {
    yield* this.#settled;
    yield* this.#tail;
  }
}

const NO_USAGE = { promptTokens: 0, cachedTokens: 0, completionTokens: 0, costMicroUsd: 0, modelCalls: 0, byModel: [] };

/** A chat of which nothing has come yet: it was just created, so it is at work. */
const UNKNOWN: Pick<
  ChatHeader,
  | 'title'
  | 'workflow'
  | 'status'
  | 'pinned'
  | 'deletedAt'
  | 'usage'
  | 'pendingRequests'
  | 'lastRun'
  | 'seenSeq'
  | 'shareId'
  | 'forkedFrom'
> = { shareId: null, title: '', workflow: '', status: 'running', pinned: false, usage: NO_USAGE, pendingRequests: [] };

/** The view of a chat of which nothing is known yet. */
export function emptyView(chatId: string): ChatView {
  const memory: ViewMemory = {
    header: undefined,
    settled: SharedList.of<Entry>(),
    open: [],
    queued: [],
    answered: false,
    activeRun: undefined,
    calls: new Map(),
    requests: new Map(),
    rewoundSeq: 0,
    replay: undefined,
    seenSeq: 0,
    seenLength: new Map(),
    callFacts: new Map(),
  };
  return viewOf(memory, { chatId, lastSeq: 0, cursor: undefined, speaker: undefined, gap: false, earlier: 0 });
}

/** What a view holds besides what follows from its memory. */
export type ViewPosition = Pick<ChatView, 'chatId' | 'lastSeq' | 'cursor' | 'speaker' | 'gap' | 'earlier'>;

/** The view of this memory; lists that did not change since `before` keep their identity. */
export function viewOf(memory: ViewMemory, position: ViewPosition, before?: ChatView): ChatView {
  const header = memory.header ?? UNKNOWN;
  const speaking = [...new Set(memory.open.map((entry) => entry.agent))];
  return {
    ...position,
    title: header.title,
    workflow: header.workflow,
    status: header.status,
    pinned: header.pinned,
    deleted: header.deletedAt !== undefined,
    usage: header.usage,
    pendingRequests: header.pendingRequests,
    lastRun: header.lastRun,
    seenSeq: header.seenSeq ?? 0,
    shareId: header.shareId,
    forkedFrom: header.forkedFrom,
    entries: entriesOf(memory, before),
    speaking: before !== undefined && sameItems(before.speaking, speaking) ? before.speaking : speaking,
    memory,
  };
}

function entriesOf(memory: ViewMemory, before: ChatView | undefined): EntryList {
  const old = before?.memory;
  if (
    before !== undefined &&
    old?.settled === memory.settled &&
    old.open === memory.open &&
    old.queued === memory.queued
  )
    return before.entries;
  return new EntryList(memory.settled, [...memory.open, ...memory.queued]);
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((item, index) => item === b[index]);
}
