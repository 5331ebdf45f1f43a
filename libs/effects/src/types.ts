import type { Variables, WorkflowDefinition } from '@colloquy/contracts';
import type { ModelRequest, ModelResult, ToolResult, ToolRun } from '@colloquy/engine';

/** A piece of a reply as it streams in. `messageId` is the callId for `arguments`. */
export interface ModelPiece {
  readonly kind: 'text' | 'reasoning' | 'arguments';
  readonly messageId: string;
  readonly text: string;
}

/** The bytes of a file of the chat's owner; undefined when it is gone. Throws when that cannot be told now. */
export type OpenFile = (fileId: string, signal: AbortSignal) => Promise<Uint8Array | undefined>;

/** What a model call needs besides its request. */
export interface ModelCallContext {
  readonly signal: AbortSignal;
  /** W3C trace context that the model's server is told. */
  readonly traceparent?: string;
  /** How the bytes of the files that its messages name are had; without it they are as good as gone. */
  readonly openFile?: OpenFile | undefined;
  /** Called for each piece, in order, as it comes. */
  onPiece(piece: ModelPiece): void;
  /** Called for every chunk of the stream, also for one that has no piece: the call is alive. */
  onProgress?(): void;
}

/** A model call that failed. */
export interface ModelFailure {
  /** `rate_limited`, `model_unavailable`, `first_token_timeout`, `timeout`, `context_length`, `content_filter`, `unauthorized`, `bad_request`, `connection_lost`, `files_unavailable` */
  readonly code: string;
  /** In plain words, without secrets: it is shown. */
  readonly message: string;
  readonly retryable: boolean;
  readonly retryAfterMs?: number;
}

/** What a tool gets besides its arguments. */
export interface ToolCallContext {
  readonly chatId: string;
  readonly runId: string;
  readonly userId: string;
  /** Name of the run's workflow: two workflows may have different tools of the same name. */
  readonly workflow: string;
  /** What the run was started with; what is installed by now may be newer. Default: what is installed. */
  readonly definition?: WorkflowDefinition | undefined;
  readonly variables: Variables;
  readonly signal: AbortSignal;
  /** Progress text for the screen. */
  onProgress(text: string): void;
}

/** What a tool threw without meaning to: its message is not public. */
export interface ToolFault {
  readonly chatId: string;
  readonly callId: string;
  readonly tool: string;
  readonly error: unknown;
}

/** Performs the steps that reach outside. */
export interface Effects {
  /** The model that a request for `model` is answered by: what `default` stands for, else the name itself. */
  modelName(model: string): string;
  /**
   * One attempt of one model call.
   * @throws ModelError with a {@link ModelFailure}; the signal's reason when aborted
   */
  callModel(request: ModelRequest, context: ModelCallContext): Promise<ModelResult>;
  /** Runs a tool once. Failures are results, never thrown; only an abort rejects, with the signal's reason. */
  runTool(run: ToolRun, context: ToolCallContext): Promise<ToolResult>;
  /** How long to wait before attempt `attempt + 1` in ms; undefined when it should not be tried again. */
  retryDelayMs(failure: ModelFailure, attempt: number): number | undefined;
  /**
   * Longest time that the call may take without any progress, in ms: what a heartbeat may cover. Longer than its own
   * timeout, so that a call which ends in time is never taken for one that hangs.
   */
  stallLimitMs(work: { readonly kind: 'model' } | { readonly kind: 'tool'; readonly run: ToolRun }): number;
  /** Estimated usage of a reply that was cut off: tokens counted from text. */
  estimate(
    request: ModelRequest | undefined,
    shown: string,
    model: string,
  ): Pick<ModelResult, 'usage' | 'costMicroUsd'>;
  close(): Promise<void>;
}
