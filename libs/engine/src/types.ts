import type {
  ChildDefinition,
  Json,
  NewEvent,
  NewEventOf,
  RejectionCode,
  Target,
  ToolDefinition,
  Totals,
  Variables,
} from '@colloquy/contracts';
import type { Attention } from './attention.ts';
import type { AgentRun } from './agent-run.ts';
import type { AppendList } from './append-list.ts';
import type { AppendSet } from './append-set.ts';
import type { SpeakerRun } from './speaker-run.ts';
import type { WithFiles } from './with-files.ts';

/** A user message that no run has taken up yet. */
export interface QueuedMessage extends WithFiles {
  readonly seq: number;
  readonly messageId: string;
  readonly text: string;
  /** The run that is to hear it while it goes on; when that has ended, it waits like any other. */
  readonly steers?: string;
}

/** The chat at a place that it can go back to: no run was going on, and what waited was about to be taken up. */
export interface Mark {
  /** `seq` of the newest event then. */
  readonly seq: number;
  readonly inbox: readonly QueuedMessage[];
  readonly said: AppendList<SaidItem>;
  readonly variables: Variables;
}

/** A message that an agent has begun and not ended. */
export interface OpenMessage {
  readonly messageId: string;
  readonly kind: 'text' | 'reasoning';
  readonly purpose: NewEventOf<'usage'>['purpose'];
  readonly agent: string;
  readonly model: string;
  readonly attempt: number;
}

/** A tool call without its response. */
export interface OpenCall {
  readonly callId: string;
  readonly tool: string;
  readonly arguments: Json;
  readonly agent: string;
  readonly approval: 'none' | 'required';
  /** How often it was started; 0 when not yet. */
  readonly attempts: number;
  /** How many of these a drain ended: they say nothing against the call. */
  readonly handedOver?: number;
  /** True when it had been started and the run was taken over since. */
  readonly interrupted: boolean;
  /** What a person said to it: undefined when not asked or not answered. */
  readonly approved?: boolean;
  readonly comment?: string;
  /** The reply that asked for it. */
  readonly messageId: string;
  /** What a person said to running it once more after it was interrupted. */
  readonly again?: boolean;
  /** The answer to a question that the call itself puts to a person. */
  readonly answer?: { readonly by: string; readonly value: Json; readonly comment?: string };
}

/** A call of the reply that is being worked on, and what its answer wants; in call order. */
export interface ReplyCall {
  readonly callId: string;
  readonly messageId: string;
  /** Variables that it wants set and that are not set yet. */
  readonly set?: Variables;
  /** Where it wants the turn to go, as long as that was not done. */
  readonly target?: Target;
}

/** A question that waits for a person. */
export interface OpenRequest {
  readonly requestId: string;
  readonly kind: NewEventOf<'input_request'>['kind'];
  readonly schema?: Json;
  readonly callId?: string;
  readonly expiresAt?: string;
  /** What it is for when it is about no call. */
  readonly purpose?: NewEventOf<'input_request'>['purpose'];
  /** Whose turn it is about. */
  readonly agent?: string;
}

/** A piece of what was said, as agents see it. Which agent sees what is decided when a model is called. */
export type SaidItem =
  | {
      readonly kind: 'user';
      readonly text: string;
      readonly seq: number;
      readonly messageId?: string;
      /** Files that came with it. */
      readonly attachments?: WithFiles['attachments'];
      /** Said elsewhere, before the chat began. */
      readonly imported?: true;
    }
  | {
      readonly kind: 'agent';
      readonly agent: string;
      readonly text: string;
      readonly seq: number;
      readonly messageId: string;
      readonly imported?: true;
    }
  | {
      readonly kind: 'call';
      readonly agent: string;
      readonly callId: string;
      readonly tool: string;
      readonly arguments: Json;
      readonly messageId: string;
      readonly seq: number;
    }
  | {
      readonly kind: 'result';
      readonly callId: string;
      readonly tool: string;
      readonly ok: boolean;
      readonly content: string;
      readonly seq: number;
    }
  | { readonly kind: 'handoff'; readonly from: string; readonly to: string; readonly seq: number }
  /** A reply that did not fit its schema: its agent is shown it while it tries again. */
  | {
      readonly kind: 'rejected';
      readonly agent: string;
      readonly text: string;
      readonly seq: number;
      readonly messageId: string;
    }
  /** What stands for the message that a guardrail has replaced. */
  | {
      readonly kind: 'replaced';
      readonly about: string;
      /** The guardrail. */
      readonly by: string;
      readonly text: string;
      readonly seq: number;
    }
  /** A guardrail has looked at the message, and changed nothing in it. */
  | { readonly kind: 'judged'; readonly about: string; readonly by: string; readonly seq: number }
  /** What an agent knows of everything up to an event. */
  | {
      readonly kind: 'digest';
      readonly agent: string;
      readonly upToSeq: number;
      readonly text: string;
      readonly seq: number;
    };

/** A child run of a run, going on or ended, as its parent knows it; in the order in which they began. */
export interface ChildRun {
  readonly runId: string;
  /** Name of the child runs it is one of. */
  readonly child: string;
  readonly branch: string;
  readonly mode: ChildDefinition['mode'];
  readonly startedAt: string;
  /** The tool call that asked for it; without one the turn waits for it. */
  readonly callId?: string;
  /** How it ended, and what it left; undefined while it goes on. */
  readonly outcome?: {
    readonly ok: boolean;
    /** True when its turns were over before it had finished: what it left is heard, but it is no success. */
    readonly limited?: boolean;
    readonly text: string;
    readonly seq: number;
    readonly at: string;
  };
}

/** What makes a run a child run. */
export interface ChildOrigin {
  readonly child: string;
  readonly branch: string;
  /** What was said, as its agents know it. */
  readonly said: AppendList<SaidItem>;
}

/** How often in a row a tool call came to the same result. */
export interface Repeats {
  readonly of?: Pick<OpenCall, 'agent' | 'tool' | 'arguments'> & { readonly result: string };
  readonly count: number;
}

/** The run that is going on, or a child run of it. Nothing in it outlives the run but what the log says. */
export interface RunState {
  readonly runId: string;
  /** Who began it, or took it over. */
  readonly worker: string;
  /** Undefined for the run that answers the person: what was said in it is the chat's. */
  readonly origin?: ChildOrigin;
  /** Child runs that go on, in the order in which they began. What they cost counts here too. */
  readonly children: readonly RunState[];
  /** Child runs whose outcome the run has not taken in yet. */
  readonly childRuns: readonly ChildRun[];
  /** How many handoffs there were: it tells child runs apart that one turn asks for one after another. */
  readonly handoffs: number;
  readonly workflow: string;
  readonly workflowHash: string;
  /** Version of the rules by which it was begun. */
  readonly engineVersion: number;
  readonly trigger: number;
  readonly startedAt: string;
  /** When it must have ended, waiting for a person included. */
  readonly deadlineAt?: string;
  readonly variables: Variables;
  /** Who has the turn; undefined before the first selection. */
  readonly speaker?: string | undefined;
  /** True when the speaker has said its piece and the next one must be found. */
  readonly turnEnded: boolean;
  readonly turns: number;
  readonly toolCalls: number;
  readonly tokens: number;
  readonly costMicroUsd: number;
  readonly openMessages: readonly OpenMessage[];
  readonly openCalls: readonly OpenCall[];
  readonly openRequests: readonly OpenRequest[];
  /** Claims in a row with no other event of the run between. */
  readonly claimsInARow: number;
  /** The calls of the reply that is being worked on, answered or not. */
  readonly replyCalls: readonly ReplyCall[];
  /** A handoff whose agent has not got the turn yet. */
  readonly pendingHandoff?:
    | {
        readonly to: string;
        readonly by: NewEventOf<'handoff'>['by'];
        /** Where it leads, when that is no agent. */
        readonly target?: Target;
      }
    | undefined;
  /** What the speaker said last in this turn. */
  readonly lastReply?: string | undefined;
  /** The newest tool call with its result, and how often in a row it came to exactly that. */
  readonly repeats: Repeats;
  /** How many items had been said when it began: what it leaves is a summary of what came after them. */
  readonly saidBefore?: number;
  /** Of its agents' turns; see agent-run.ts. */
  readonly agentRun?: AgentRun | undefined;
  /** Tools that a person has allowed in it; see approvals.ts. */
  readonly approvedTools?: readonly string[];
  /** Of how its speakers are chosen; see speaker-run.ts. */
  readonly speakerRun?: SpeakerRun | undefined;
}

/** The fold of a chat's log. */
export interface ChatState extends Attention {
  readonly chatId?: string;
  readonly ownerId?: string;
  readonly tenantId?: string;
  /** The workflow that the next run is started with. */
  readonly workflow?: string;
  readonly variables: Variables;
  readonly title?: string;
  readonly deletedAt?: string;
  readonly lastSeq: number;
  /** `at` of the newest event. */
  readonly lastAt?: string;
  readonly inbox: readonly QueuedMessage[];
  /**
   * What was said, in the order in which agents came to know it: a user message stands where its run began, so that
   * the queued ones do not reach a run that is going on.
   */
  readonly said: AppendList<SaidItem>;
  /** Where it can go back to, oldest first; see evolve-rewound.ts. */
  readonly marks: AppendList<Mark>;
  readonly run?: RunState | undefined;
  readonly totals: Totals;
  /** Every commandId on the log. */
  readonly commandIds: AppendSet;
}

/** One message to a model. */
export type ModelMessage =
  | {
      readonly role: 'system' | 'user';
      readonly content: string;
      readonly name?: string;
      /** Files that came with it: who calls the model fetches what is in them. */
      readonly files?: WithFiles['attachments'];
    }
  | {
      readonly role: 'assistant';
      readonly content: string | null;
      readonly name?: string;
      readonly toolCalls?: readonly { readonly callId: string; readonly tool: string; readonly arguments: Json }[];
    }
  | { readonly role: 'tool'; readonly callId: string; readonly content: string };

/** A function offered to a model. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Readonly<Record<string, Json>>;
}

/** What a model is asked. */
export interface ModelRequest {
  readonly agent: string;
  readonly purpose: NewEventOf<'usage'>['purpose'];
  /** A model name, or `default`. */
  readonly model: string;
  readonly parameters: Readonly<Record<string, Json>>;
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  /** Name of a tool that must be called, or undefined. */
  readonly forceTool?: string;
  /** What the reply must look like. */
  readonly responseFormat?: {
    readonly name: string;
    readonly schema: Readonly<Record<string, Json>>;
    readonly strict: boolean;
  };
  /** True when nobody may see the reply before it is complete: it is not streamed. */
  readonly hold?: boolean;
  /** Who is next when the model that is to choose cannot be asked. */
  readonly otherwise?: { readonly agent: string; readonly by: NewEventOf<'speaker_selected'>['by'] };
  /** The check that a guardrail model is asked for. */
  readonly check?: { readonly guardrail: string; readonly about: string };
  /** The agent whose knowledge up to an event is summarised. */
  readonly digestUpTo?: number;
}

/** What a model answered: one complete reply. */
export interface ModelResult {
  /** Id under which its text was streamed. */
  readonly messageId: string;
  readonly text: string;
  readonly reasoning?: { readonly messageId: string; readonly text: string; readonly ms: number };
  readonly toolCalls: readonly { readonly callId: string; readonly tool: string; readonly arguments: Json }[];
  readonly finishReason: string;
  /** The model that answered. */
  readonly model: string;
  readonly usage: {
    readonly promptTokens: number;
    readonly cachedTokens: number;
    readonly completionTokens: number;
    readonly estimated?: boolean;
  };
  /** Null when the price is unknown. */
  readonly costMicroUsd: number | null;
  readonly ms: number;
  readonly firstTokenMs: number | null;
}

/** A call to run now. */
export interface ToolRun {
  readonly callId: string;
  readonly tool: ToolDefinition | { readonly name: string; readonly unknown: true };
  readonly arguments: Json;
  readonly agent: string;
  /** 1 on the first try. */
  readonly attempt: number;
}

/** What a tool answered. */
export type ToolResult = { readonly ms: number; readonly truncated?: boolean } & (
  | { readonly ok: true; readonly result: Json; readonly set?: Variables; readonly target?: Target }
  | { readonly ok: false; readonly error: { readonly code: string; readonly message: string } }
);

/** A question to put to a person; the caller gives it its id. */
export interface Question {
  readonly kind: NewEventOf<'input_request'>['kind'];
  readonly agent: string;
  readonly prompt: string;
  readonly schema?: Json;
  readonly callId?: string;
  readonly purpose?: NewEventOf<'input_request'>['purpose'];
  readonly expiresInMs?: number;
}

/** Something that a chat waits for by the clock: when `at` comes, `command` is to be recorded. */
export interface Timer {
  /** Id of the question or of the run. */
  readonly id: string;
  readonly kind: 'expiry' | 'deadline';
  /** ISO-8601. */
  readonly at: string;
}

/** The one thing to do now. */
export type Step =
  /** Nothing to do until a command comes. */
  | { readonly kind: 'rest'; readonly status: 'idle' | 'waiting' }
  /** A user message waits and no run is going on: start one with the chat's workflow. */
  | { readonly kind: 'start_run'; readonly workflow: string; readonly trigger: number; readonly variables: Variables }
  /** Events that follow from the state alone. */
  | { readonly kind: 'decide'; readonly events: readonly NewEvent[] }
  | { readonly kind: 'call_model'; readonly request: ModelRequest }
  | { readonly kind: 'run_tools'; readonly calls: readonly ToolRun[]; readonly sequential: boolean }
  | { readonly kind: 'ask_person'; readonly questions: readonly Question[] };

/** A step that can be taken now, and by which run. */
export interface PlannedStep {
  /** Undefined when no run is going on. */
  readonly runId?: string;
  /**
   * What tells it from other steps that go on at once. A run takes one step of its own at a time; beside it, it takes in
   * what its child runs have come to.
   */
  readonly key: string;
  readonly step: Step;
}

/** What recording a command puts on the log. */
export type Recording =
  | { readonly verdict: 'accepted'; readonly events: readonly NewEvent[] }
  | { readonly verdict: 'rejected'; readonly code: RejectionCode; readonly events: readonly NewEvent[] }
  /** It changes nothing and needs no event (a late expiry, a command that is on the log already). */
  | { readonly verdict: 'nothing'; readonly events: readonly [] };

/** Text that was shown of messages that never ended, by messageId. */
export type ShownTexts = ReadonlyMap<string, string>;
