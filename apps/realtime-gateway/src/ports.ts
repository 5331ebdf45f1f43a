import type { ChatAccess, Tokens, TokenBuckets } from '@colloquy/access';
import type { Clock, Commits, Tracer } from '@colloquy/contracts';
import type { ChatLogReader, LiveFeed } from '@colloquy/messaging';
import type { ChatReader } from '@colloquy/store';

/** Where log lines go; pino's logger is one. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

/** What is counted; every call is cheap. */
export interface Meters {
  /** A client has connected. */
  connected(kind: 'socket' | 'sse'): void;
  /** A commit went to those who watch its chat, so long after its newest event; undefined when it holds none. */
  sent(delayMs: number | undefined): void;
  replay(commits: number): void;
  gap(): void;
  lagging(): void;
  dropped(): void;
  reset(): void;
}

/** Everything that streaming works with; twins of them run it in a simulation. */
export interface StreamParts {
  readonly log: ChatLogReader;
  readonly live: LiveFeed;
  readonly store: Pick<ChatReader, 'header'>;
  readonly clock: Clock;
  readonly logger: Log;
  readonly meters: Meters;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
}

/** What the gateway works with besides. */
export interface GatewayParts extends StreamParts {
  readonly access: ChatAccess;
  readonly tokens: Tokens;
  /** How often a user may subscribe: each subscription may read the log. */
  readonly replays: TokenBuckets;
}

/**
 * Somebody who watches chats: a socket, or an SSE response. A viewer that is behind says so, gets nothing, and is
 * served from its cursor again once it has drained.
 */
export interface Viewer {
  readonly kind: 'socket' | 'sse';
  /** Sends one batch to this viewer alone. */
  send(commits: Commits): void;
  /** The position is gone, or the chat: reload by HTTP. `cursor` is where to go on after it. */
  reset(chatId: string, cursor: string | undefined): void;
  /** From now on what is broadcast to the chat reaches the viewer. */
  join(chatId: string): void;
  leave(chatId: string): void;
  /** True when so much waits to be sent that more would only pile up. */
  readonly behind: boolean;
  /** Resolves when the viewer can take more; rejects when it is gone or too slow for too long. */
  drained(): Promise<void>;
}

/** Sends one batch to all who have joined a chat: encoded once. */
export type Broadcast = (commits: Commits) => void;
