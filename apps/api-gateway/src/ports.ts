import type { ChatAccess, Identity, Tokens } from '@colloquy/access';
import type { Clock, Ids, WorkflowCard } from '@colloquy/contracts';
import type { Bytes, FileStore } from '@colloquy/files';
import type { Messaging } from '@colloquy/messaging';
import type { ChatReader, UserBudget } from '@colloquy/store';
import type { RateLimits } from './rate-limits.ts';
import type { Downloads } from './downloads.ts';
import type { Uploads } from './uploads.ts';
import type { Turns } from './turns.ts';

/** The workflows that a chat can be started with. */
export interface WorkflowCards {
  list(): readonly WorkflowCard[];
  find(name: string): WorkflowCard | undefined;
}

/** Files that people give with messages. */
export interface GatewayFiles {
  readonly store: FileStore;
  /** Largest file. */
  readonly maxBytes: number;
  /** What one user may keep in all, in bytes; without it there is no bound. */
  readonly quotaBytes?: number;
}

/** Everything that the calls of the API work with. */
export interface GatewayParts {
  readonly messaging: Messaging;
  readonly store: ChatReader;
  readonly access: ChatAccess;
  readonly tokens: Tokens;
  readonly workflows: WorkflowCards;
  readonly files: GatewayFiles;
  readonly limits: RateLimits;
  /** A fork holds a chat in memory, several times over. */
  readonly forks: Turns;
  /** Bytes of files on their way in. */
  readonly uploads: Uploads;
  /** Bytes of files on their way out. */
  readonly downloads: Downloads;
  /** What one user may use in a day; without it there is no bound. */
  readonly userBudget?: UserBudget;
  readonly clock: Clock;
  readonly ids: Ids;
  /** True when the scripted demo model answers. */
  readonly demoModel: boolean;
  /** True when cookies go over HTTPS only. */
  readonly secureCookies: boolean;
}

/** The bytes of a request whose body is a file, as they come. */
export interface GivenBytes {
  readonly bytes: Bytes;
  /** The content type that the request claims. */
  readonly type: string | undefined;
  /** The content length that it claims. */
  readonly size: number | undefined;
}

/** One call: who asks, and the parts of the request, validated against the operation's schemas. */
export interface Call {
  readonly identity: Identity;
  readonly params: Readonly<Record<string, string>>;
  readonly query: unknown;
  readonly body: unknown;
  /** Of a call whose body is a file. */
  readonly upload?: GivenBytes;
  /** The Idempotency-Key header. */
  readonly key: string | undefined;
}

/** What a call answers, with headers if any. A string body is sent as it is. */
export interface Answer {
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** One call of the API. Refusals are thrown as `ProblemError`. */
export type Handler = (parts: GatewayParts, call: Call) => Promise<Answer> | Answer;
