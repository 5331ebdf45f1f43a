import type { ChatAccess, Identity, TokenBuckets } from '@colloquy/access';
import type { Log } from './ports.ts';
import type { Watching } from './watching.ts';

/** One connected client: who it is and what it watches. */
export interface Connection {
  readonly identity: Identity;
  readonly access: ChatAccess;
  readonly watching: Watching;
  readonly logger: Log;
  readonly replays: TokenBuckets;
}
