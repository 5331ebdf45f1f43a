import { describe, expect, it } from '@jest/globals';
import { MalformedCommitError } from '@colloquy/contracts';
import {
  AbandonedError,
  BrokerRefusedError,
  BrokerUnavailableError,
  FencedError,
  NotRetryableError,
} from '@colloquy/messaging';
import { StoreRefusedError, StoreUnavailableError } from '@colloquy/store';
import { HistoryMissingError } from './fold-chat.ts';
import { sortFault } from './sort-fault.ts';

describe('sortFault', () => {
  it('parks what will never be taken', () => {
    const hopeless = [
      new RangeError('too large'),
      new BrokerRefusedError(10054, 'message size exceeds maximum allowed'),
      new NotRetryableError('x'),
      new MalformedCommitError('x'),
      new StoreRefusedError('x'),
    ];
    expect(hopeless.map(sortFault)).toEqual(hopeless.map(() => 'park'));
  });

  it('tries again what may pass', () => {
    const passing = [
      new HistoryMissingError('x'),
      new StoreUnavailableError('x'),
      new BrokerUnavailableError('x'),
      new FencedError('x'),
      new AbandonedError('x'),
      new TypeError('x'),
      'odd',
    ];
    expect(passing.map(sortFault)).toEqual(passing.map(() => 'retry'));
  });
});
