import type { Clock, Ids, Tracer, WorkflowDefinition } from '@colloquy/contracts';
import type { Effects } from '@colloquy/effects';
import type { FileStore } from '@colloquy/files';
import type { Messaging } from '@colloquy/messaging';
import type { ChatReader, UserBudget } from '@colloquy/store';

/** Where log lines go; pino's logger is one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The workflows that runs can be started with, by name. */
export interface WorkflowSource {
  find(name: string): { readonly definition: WorkflowDefinition; readonly hash: string } | undefined;
  /** Why a workflow that is installed cannot be started now; words for a person. */
  unavailable?(name: string): string | undefined;
}

/** What is counted; every call is cheap. */
export interface Meters {
  /** A run was started so long after the newest event before it. */
  runStarted(waitedMs: number): void;
  /** The first model call of a run that was started here begins so long after the run, and nobody was asked before. */
  firstCall(ms: number): void;
  /** A run was claimed that another process held, and had not given back. */
  takeover(): void;
  fenced(): void;
  released(): void;
  /** A run was given up whose next decision put nothing on the log. */
  stuck(): void;
  commandRecorded(verdict: 'accepted' | 'rejected' | 'nothing'): void;
  stepTook(kind: string, ms: number): void;
}

/** Everything an orchestrator works with; twins of them run it in a simulation. */
export interface OrchestratorParts {
  readonly messaging: Messaging;
  readonly store: Pick<ChatReader, 'events' | 'notAtRest' | 'overdue' | 'usage'>;
  readonly effects: Effects;
  /** Files that people give with messages; without it they are as good as gone. */
  readonly files?: Pick<FileStore, 'open'>;
  readonly workflows: WorkflowSource;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly meters: Meters;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  /** Names this process in the log's events. */
  readonly worker: string;
  /** Most runs at once. */
  readonly maxRuns: number;
  /** What one user may use in a day; without it there is no bound. */
  readonly userBudget?: UserBudget;
  /** How long a drain may take, in ms. */
  readonly drainMs: number;
}
