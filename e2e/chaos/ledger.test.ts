import { describe, expect, it } from '@jest/globals';
import { Ledger, noteAccepted, slowestOf } from './ledger.ts';

describe('the ledger', () => {
  it('names the commands that waited longest, with what they were answered before', () => {
    const ledger = new Ledger();
    for (const [at, waits] of [10, 50, 40, 30].entries()) {
      const sent = ledger.open({ chatId: 'chat', sender: 'ada', kind: 'message', key: String(at) }, 1000 + at * 1000);
      if (waits === 50) sent.answers.push('503', '503', 'timeout');
      sent.answers.push('202');
      noteAccepted(sent, `command-${String(at)}`, { mono: sent.sentAt + waits * 1000, wall: 0 });
    }
    expect(slowestOf(ledger.accepted, 1000)).toEqual([
      'message of 1.0 s waited 50.0 s: 2 × 503, timeout, 202',
      'message of 2.0 s waited 40.0 s: 202',
      'message of 3.0 s waited 30.0 s: 202',
    ]);
  });
});
