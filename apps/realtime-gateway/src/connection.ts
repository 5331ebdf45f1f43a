import type { ChatAccess, Identity } from '@colloquy/access';
import type { Clock } from '@colloquy/contracts';
import type { Log } from './ports.ts';
import type { Watching } from './watching.ts';

/** One connected client: who it is and what it watches. */
export interface Connection {
  readonly identity: Identity;
  readonly access: ChatAccess;
  readonly watching: Watching;
  readonly logger: Log;
  /** True when the client has not asked for too many replays lately. */
  mayReplay(): boolean;
}

const BURST = 200;
const PER_SECOND = 20;

/** A token bucket: `BURST` at once, `PER_SECOND` in the long run. */
export function replayBudget(clock: Clock): () => boolean {
  let tokens = BURST;
  let at = clock.monotonic();
  return () => {
    const now = clock.monotonic();
    tokens = Math.min(BURST, tokens + ((now - at) / 1000) * PER_SECOND);
    at = now;
    if (tokens < 1) return false;
    tokens -= 1;
    return true;
  };
}
