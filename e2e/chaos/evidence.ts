import type { ChatDocument, ChatEvent, ChatRecord, ChatRow, Commit } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';
import type { SentCommand } from './ledger.ts';
import type { Disturbance } from './takeover.ts';

/** A commit of the log and where it lies. */
export interface EvidenceCommit {
  readonly streamSeq: number;
  readonly commit: Commit;
}

/** What a screen showed when it was closed. */
export interface EvidenceView {
  readonly viewer: string;
  readonly view: ChatView;
}

/** An effect that a tool made in the world. */
export interface Effect {
  /** The callId that it was made for. */
  readonly callId: string;
}

/** Everything that is known of one chat when all is over. */
export interface ChatEvidence {
  readonly chatId: string;
  readonly epoch: string;
  /** All of the log, in order, deltas included. */
  readonly commits: readonly EvidenceCommit[];
  /** MongoDB's events. */
  readonly stored: readonly ChatEvent[];
  /** MongoDB's document. */
  readonly record: ChatRecord | undefined;
  /** What GET /v1/chats/:id says. */
  readonly document: ChatDocument | undefined;
  /** What GET /v1/chats says. */
  readonly row: ChatRow | undefined;
  /** Whether the engine has nothing to do for it. */
  readonly rests: boolean;
  readonly views: readonly EvidenceView[];
  readonly commands: readonly SentCommand[];
  readonly effects: readonly Effect[];
  /** When the model was away, which is nobody's fault here: a run may end with that error. */
  readonly modelAway: readonly Disturbance[];
  /** Events that the event logger has written. */
  readonly logged: ReadonlySet<number> | undefined;
}

/** Promises that a violation may break. */
export type Promised = 'P1' | 'P2' | 'P3' | 'P4' | 'P5' | 'P6' | 'P7' | 'P8' | 'P9';

/** What a violation is, for the counts of the verdict. */
export type ViolationKind = 'lost' | 'doubled' | 'out_of_order' | 'divergent' | 'stuck' | 'wrong';

/** One promise that was not kept. */
export interface Violation {
  readonly promise: Promised;
  readonly kind: ViolationKind;
  readonly what: string;
  readonly chatId?: string;
  /** The event that it is about. */
  readonly seq?: number;
  /** What led to it, when the log does not tell. */
  readonly trace?: readonly string[];
}

/** All events of a chat's log, in its order. */
export const eventsOf = ({ commits }: Pick<ChatEvidence, 'commits'>): ChatEvent[] =>
  commits.flatMap(({ commit }) => commit.events);
