import { StoreRefusedError, StoreUnavailableError } from '@colloquy/store';
import { NotAChatError } from '@colloquy/transcript';

/**
 * What a consumer does about an error: `park` what can never be projected, hold everything in an `outage` of MongoDB,
 * `retry` the rest; what is not understood is never given up.
 */
export function sortFault(error: unknown): 'park' | 'outage' | 'retry' {
  if (error instanceof StoreUnavailableError) return 'outage';
  return error instanceof NotAChatError || error instanceof StoreRefusedError ? 'park' : 'retry';
}
