import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { loadVersion } from './load-version.ts';

const CHAT = 'chat-0000-0000-0001';
const at = '2026-01-01T00:00:00.000Z';

/** A log of so many messages, given in pages of at most 100. */
function serviceOf(count: number) {
  const pages: { after: number; limit: number }[] = [];
  const event = (seq: number): ChatEvent => {
    const messageId = `message-${String(seq).padStart(8, '0')}`;
    const made: NewEvent =
      seq === 1
        ? { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} }
        : { type: 'user_message', messageId, commandId: messageId, text: `Text ${String(seq)}` };
    return { ...made, seq, at };
  };
  return {
    pages,
    api: {
      listEvents: (_chatId: string, { after = 0, limit = 1000 } = {}) => {
        pages.push({ after, limit });
        const size = Math.max(0, Math.min(limit, 100, count - after));
        return Promise.resolve({ events: Array.from({ length: size }, (_, index) => event(after + index + 1)) });
      },
    },
  };
}

describe('an older version', () => {
  it('is the fold of the events up to it, read in pages', async () => {
    const { api, pages } = serviceOf(1_000);
    const view = await loadVersion(api, { chatId: CHAT, upToSeq: 250 }, new AbortController().signal);
    expect(view.lastSeq).toBe(250);
    expect(view.entries.length).toBe(249);
    expect(pages).toEqual([
      { after: 0, limit: 250 },
      { after: 100, limit: 150 },
      { after: 200, limit: 50 },
    ]);
  });

  it('of a log that ends before it is what there is', async () => {
    const { api } = serviceOf(3);
    const view = await loadVersion(api, { chatId: CHAT, upToSeq: 10 }, new AbortController().signal);
    expect(view.lastSeq).toBe(3);
  });
});
