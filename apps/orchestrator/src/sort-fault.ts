import { MalformedCommitError } from '@colloquy/contracts';
import { BrokerRefusedError, NotRetryableError } from '@colloquy/messaging';
import { StoreRefusedError } from '@colloquy/store';

const HOPELESS = [RangeError, BrokerRefusedError, NotRetryableError, MalformedCommitError, StoreRefusedError];

/**
 * What to do with a command that could not be recorded. `park`: the same bytes would fail for ever, and hold up every
 * later command of the chat. Anything else may pass, or be mended by the next version: it is tried again.
 */
export function sortFault(error: unknown): 'retry' | 'park' {
  return HOPELESS.some((Hopeless) => error instanceof Hopeless) ? 'park' : 'retry';
}
