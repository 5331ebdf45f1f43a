import { describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import fc from 'fast-check';
import { batchBytes, batchFits, envelopeBytes } from './commit-size.ts';
import { CommitQueue } from './commit-queue.ts';

const CHAT = 'chat-0000000000000';
const titles = fc.array(fc.array(fc.string({ unit: 'grapheme', maxLength: 40 }), { maxLength: 6 }), { minLength: 1 });

describe('the size of a commit', () => {
  it('A2: is never more than was reckoned, however the batches are joined', () => {
    fc.assert(
      fc.property(titles, fc.integer({ min: 0, max: 2 ** 40 }), (batches, lastSeq) => {
        const queue = new CommitQueue(CHAT);
        let reckoned = envelopeBytes(CHAT);
        for (const batch of batches) {
          const events = [...batch, 'x'].map((title): NewEvent => ({ type: 'chat_renamed', title, by: 'me' }));
          reckoned += batchBytes({ events });
          void queue.add({ events });
        }
        const { data } = queue.build({ lastSeq, now: 0 });
        expect(new TextEncoder().encode(data).length).toBeLessThanOrEqual(reckoned);
      }),
    );
  });

  it('says beforehand whether a batch fits', () => {
    const event = (length: number): NewEvent => ({ type: 'chat_renamed', title: 'é'.repeat(length), by: 'me' });
    expect(batchFits(CHAT, { events: [event(200 * 1024)] })).toBe(true);
    expect(batchFits(CHAT, { events: [event(262 * 1024)] })).toBe(false);
    expect(() => new CommitQueue(CHAT).add({ events: [event(262 * 1024)] })).toThrow(RangeError);
  });
});
