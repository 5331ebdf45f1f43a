/** What a person sees of a chat, line by line. An entry that did not change keeps its identity. */
import type { Attachment, EventOf, Json } from '@colloquy/contracts';

interface EntryBase {
  /** Unique in the chat and stable from the first delta to the end: a key for lists. */
  readonly key: string;
  /** `seq` of the event that settled it; while it streams, of the event that began it. */
  readonly seq: number;
  /** ISO-8601, of the same event. */
  readonly at: string;
}

/** Something a person said. */
export interface UserEntry extends EntryBase {
  readonly kind: 'user';
  readonly messageId: string;
  readonly commandId: string;
  readonly text: string;
  /** Files that came with it. */
  readonly attachments?: readonly Attachment[];
  /** User id of who said it. */
  readonly by?: string;
  /** True when it was said elsewhere, before the chat began. */
  readonly imported?: true;
  /** True while a run is busy with something earlier: it will be taken up when that run ends. */
  readonly queued: boolean;
  /** The run that was going on and hears it, between two of its steps, while it is `queued`. */
  readonly steers?: string;
  /** Older versions of it, or of what followed it, oldest first; this one is the newest. */
  readonly versions?: readonly Version[];
  /** True when the document keeps only its beginning. */
  readonly truncated?: true;
}

/** An older version of a chat from a message on. */
export interface Version {
  /** The message as it was: the entry's own id when only the answer is another one. */
  readonly messageId: string;
  /** The view of the events up to this `seq` is that version. */
  readonly upToSeq: number;
}

/** Something an agent says or said. */
export interface AgentEntry extends EntryBase {
  readonly kind: 'agent';
  readonly messageId: string;
  /** Empty when it was said elsewhere. */
  readonly runId: string;
  /** True when it was said elsewhere, before the chat began. */
  readonly imported?: true;
  readonly agent: string;
  readonly text: string;
  readonly state: 'streaming' | 'complete' | 'aborted';
  /** Why it was aborted. */
  readonly reason?: EventOf<'message_aborted'>['reason'];
  readonly finishReason?: string;
  readonly structured?: Json;
  /** What the model call that gave it took. */
  readonly usage?: EventOf<'text'>['usage'];
  readonly truncated?: true;
}

/** What a model thinks or thought before it spoke. */
export interface ReasoningEntry extends EntryBase {
  readonly kind: 'reasoning';
  readonly messageId: string;
  readonly runId: string;
  readonly agent: string;
  readonly text: string;
  readonly state: 'streaming' | 'complete';
  /** How long it took, in milliseconds. */
  readonly ms?: number;
  readonly truncated?: true;
}

/** A question to a person, alone or about a tool call. */
export interface Question {
  readonly requestId: string;
  readonly runId: string;
  readonly agent?: string;
  readonly inputKind: EventOf<'input_request'>['kind'];
  readonly prompt: string;
  readonly schema?: Json;
  readonly expiresAt?: string;
  /** `closed`: the run ended before anybody answered. */
  readonly state: 'pending' | 'answered' | 'closed';
  readonly answer?: {
    /** A user id, or `expiry`. */
    readonly by: string;
    readonly value: Json;
    readonly comment?: string;
    readonly at: string;
  };
}

/** `arguments`: the model is still writing them; `requested`: recorded, not begun; `waiting`: for a person's approval. */
export type ToolState = 'arguments' | 'requested' | 'waiting' | 'approved' | 'declined' | 'running' | 'ok' | 'failed';

/** A call of a tool. */
export interface ToolEntry extends EntryBase {
  readonly kind: 'tool';
  readonly callId: string;
  readonly runId: string;
  readonly agent: string;
  /** Empty while its arguments stream: the name comes with the call. */
  readonly tool: string;
  /** The arguments as far as the model has written them; empty once they are known. */
  readonly argumentsText: string;
  readonly arguments?: Json;
  readonly state: ToolState;
  /** What the tool says while it runs. */
  readonly progress: string;
  /** How often it was started. */
  readonly attempts: number;
  readonly startedAt?: string;
  readonly result?: Json;
  readonly error?: { readonly code: string; readonly message: string };
  /** How long it took, in milliseconds. */
  readonly ms?: number;
  /** The approval, when one is or was asked for. */
  readonly question?: Question;
  readonly truncated?: true;
}

/** One agent hands over to another. */
export interface HandoffEntry extends EntryBase {
  readonly kind: 'handoff';
  readonly runId: string;
  readonly from: string;
  readonly to: string;
  readonly by: EventOf<'handoff'>['by'];
  readonly reason?: string;
}

/** A question to a person that is about no tool call. */
export interface QuestionEntry extends EntryBase {
  readonly kind: 'question';
  readonly question: Question;
}

/** Something that happened to a run. */
export interface RunEntry extends EntryBase {
  readonly kind: 'run';
  readonly runId: string;
  /** `resumed`: it went on after an answer; `taken_over`: its worker was gone; `model_changed`: see `models`. */
  readonly phase:
    'started' | 'completed' | 'failed' | 'cancelled' | 'taken_over' | 'resumed' | 'released' | 'model_changed';
  /** The model that failed, as the workflow names it, and the one that answers for the agent from now on. */
  readonly models?: { readonly agent: string; readonly from: string; readonly to: string };
  /** Of a child run, which is part of another one: that one. */
  readonly parentRunId?: string;
  /** Of a child run: the name of its branch. */
  readonly branch?: string;
  readonly workflow?: string;
  /** Why it completed or failed, or its model did: a stable code and plain words. */
  readonly reason?: { readonly code: string; readonly text: string };
  readonly retryable?: boolean;
  readonly summary?: string;
  /** User id of who stopped it. */
  readonly by?: string;
}

/** A guardrail stopped, masked or redirected something. */
export interface GuardrailEntry extends EntryBase {
  readonly kind: 'guardrail';
  readonly runId: string;
  readonly name: string;
  readonly on: EventOf<'guardrail_tripped'>['on'];
  readonly action: string;
  /** What a person reads of it. */
  readonly message?: string;
}

/** A command that could not be carried out. */
export interface RejectedEntry extends EntryBase {
  readonly kind: 'rejected';
  readonly commandId: string;
  readonly code: string;
  readonly message: string;
}

/** One line of a chat. */
export type Entry =
  | UserEntry
  | AgentEntry
  | ReasoningEntry
  | ToolEntry
  | HandoffEntry
  | QuestionEntry
  | RunEntry
  | GuardrailEntry
  | RejectedEntry;

/** A line that is still being written. */
export type OpenEntry = AgentEntry | ReasoningEntry | ToolEntry;
