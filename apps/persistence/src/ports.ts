import type { Clock, Ids, Tracer } from '@colloquy/contracts';
import type { FileStore } from '@colloquy/files';
import type { Messaging } from '@colloquy/messaging';
import type { ChatWriter } from '@colloquy/store';
import type { HeaderCache } from './header-cache.ts';

/** Where log lines go; pino's logger is one. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** What is measured; every call is cheap. */
export interface Meters {
  /** A batch of so many commits is done, begun `ms` ago. */
  batch(commits: number, ms: number): void;
  /** An event is in MongoDB `ms` after it happened. */
  written(ms: number): void;
  /** Commits that were given up. */
  parked(commits: number): void;
  /** A hole that was filled from the log or from the events. */
  filled(): void;
  /** MongoDB went away. */
  outage(): void;
  /** A deleted chat that is gone for good. */
  erased(): void;
}

/** Everything that the projection works with; twins of them run it in a simulation. */
export interface ProjectionParts {
  readonly messaging: Pick<Messaging, 'log' | 'live'>;
  readonly store: ChatWriter;
  readonly headers: HeaderCache;
  readonly clock: Clock;
  readonly logger: Log;
  readonly meters: Meters;
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
}

/** What erasing deleted chats works with. */
export interface EraserParts extends Pick<ProjectionParts, 'store' | 'headers' | 'clock' | 'logger' | 'meters'> {
  readonly messaging: Pick<Messaging, 'log'> & { readonly commands: Pick<Messaging['commands'], 'oldest'> };
  readonly ids: Pick<Ids, 'random'>;
  /** Files that people gave with messages; without it there are none. */
  readonly files?: Pick<FileStore, 'release'>;
}
