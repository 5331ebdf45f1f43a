import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatRecord, type NewEvent } from '@colloquy/contracts';
import { MAX_UNREAD } from '@colloquy/contracts/constants';
import { randomLog } from '@colloquy/testing';
import fc from 'fast-check';
import { documentOf, recordOfLog, rowOf } from './chat-document.ts';
import { answer, ask, begin, COMPLETED, CREATED, HELLO, id, logOf, STARTED, text } from './fixtures/sample-log.ts';

const MINE: NewEvent = { ...HELLO, by: 'ada' } as NewEvent;
const seen = (upToSeq: number): NewEvent => ({ type: 'chat_seen', upToSeq, commandId: id('seen') });

function recordOf(...events: NewEvent[]): ChatRecord {
  const record = recordOfLog(logOf([events]), publicEvent);
  if (record === undefined) throw new Error('no record');
  return record;
}

describe('what a person has not seen', () => {
  // seq: 1 created, 2 mine, 3 started, 4 begun, 5 text, 6 question
  const asked = [CREATED, MINE, STARTED, begin(id('m1')), text(id('m1'), 'Hi'), ask(id('r1'))];

  it('is what was said and asked since they last said something', () => {
    expect(recordOf(...asked)).toMatchObject({ seenSeq: 2, unread: [5, 6] });
    expect(rowOf(recordOf(...asked)).unread).toBe(2);
    expect(documentOf(recordOf(...asked))).not.toHaveProperty('unread');
    expect(rowOf(recordOf(CREATED, MINE))).not.toHaveProperty('unread');
  });

  it('is less by a mark, which only moves on, never beyond itself, and not the chat to the top', () => {
    expect(recordOf(...asked, seen(5))).toMatchObject({ seenSeq: 5, unread: [6] });
    expect(recordOf(...asked, seen(6), seen(2))).toMatchObject({ seenSeq: 6, unread: [] });
    expect(recordOf(...asked, seen(1000), text(id('m2'), 'More'))).toMatchObject({ seenSeq: 7, unread: [8] });
    expect(recordOf(...asked, seen(6)).updatedAt).toBe(recordOf(...asked).updatedAt);
  });

  it('is nothing for who answers or wants another answer; an expiry has seen nothing', () => {
    const answered = { ...answer(id('r1')), by: 'ada' } as NewEvent;
    expect(recordOf(...asked, answered).unread).toEqual([]);
    expect(recordOf(...asked, { ...answered, by: 'expiry' } as NewEvent).unread).toEqual([5, 6]);
    expect(recordOf(...asked, COMPLETED, { type: 'rewound', toSeq: 2, commandId: id('c9') }).unread).toEqual([]);
  });

  it('is counted up to a bound', () => {
    const many = Array.from({ length: MAX_UNREAD + 5 }, (_, index) => text(id(`m${String(index)}`), 'Hi'));
    expect(rowOf(recordOf(...asked, ...many)).unread).toBe(MAX_UNREAD);
    expect(rowOf(recordOf(...asked, ...many, seen(1000)))).not.toHaveProperty('unread');
  });

  it('is not forgotten beyond the bound: who has seen the oldest has not seen the newest', () => {
    const many = Array.from({ length: MAX_UNREAD + 50 }, (_, index) => text(id(`m${String(index)}`), 'Hi'));
    const whole = recordOf(...asked, ...many);
    const upTo = whole.lastSeq - 30;
    expect(rowOf(recordOf(...asked, ...many, seen(upTo))).unread).toBe(30);
    expect(rowOf(recordOf(...asked, ...many, seen(whole.lastSeq - 140))).unread).toBe(MAX_UNREAD);
  });

  it('is never older than what was seen, in any log', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(239), { maxLength: 120 }), (choices) => {
        const { seenSeq = 0, unread = [], lastSeq } = recordOfLog(randomLog(choices), publicEvent) ?? {};
        expect(unread.filter((seq) => seq <= seenSeq)).toEqual([]);
        expect(unread).toEqual([...new Set(unread)].sort((a, b) => a - b));
        expect(seenSeq).toBeLessThanOrEqual(lastSeq ?? 0);
      }),
    );
  });
});
