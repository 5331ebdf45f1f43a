import { describe, expect, it } from '@jest/globals';
import type { ChatPage, ChatRow } from '@colloquy/contracts';
import { uniqueRows, withoutRow, withRow } from './chat-rows.ts';

const row = (name: string, minute: number, more: Partial<ChatRow> = {}): ChatRow => ({
  chatId: `chat-0000-0000-${name}`,
  title: name,
  workflow: 'assistant',
  status: 'idle',
  pinned: false,
  pendingRequests: 0,
  lastText: '',
  costMicroUsd: 0,
  updatedAt: `2026-01-01T00:${String(minute).padStart(2, '0')}:00.000Z`,
  lastSeq: minute,
  ...more,
});
const pages: ChatPage[] = [{ chats: [row('c', 9), row('b', 5)], next: 'x' }, { chats: [row('a', 1)] }];
const titles = (list: readonly ChatPage[]): string[][] => list.map(({ chats }) => chats.map(({ title }) => title));

describe('rows of the sidebar', () => {
  it('come up when something happened in their chat, from whichever page', () => {
    expect(titles(withRow(pages, row('a', 20), true))).toEqual([['a', 'c', 'b'], []]);
  });

  it('stay where they are when they were only renamed or pinned', () => {
    expect(titles(withRow(pages, row('b', 5, { title: 'B!', lastSeq: 6 }), true))).toEqual([['c', 'B!'], ['a']]);
  });

  it('are not undone by an older one', () => {
    expect(titles(withRow(pages, row('c', 4, { title: 'old' }), true))).toEqual(titles(pages));
  });

  it('are added on top when they are new, but not to the results of a search', () => {
    expect(titles(withRow(pages, row('d', 30), true))[0]).toEqual(['d', 'c', 'b']);
    expect(titles(withRow(pages, row('d', 30), false))).toEqual(titles(pages));
  });

  it('go when their chat is deleted', () => {
    expect(titles(withRow(pages, row('b', 40, { deleted: true }), true))).toEqual([['c'], ['a']]);
    expect(titles(withoutRow(pages, row('a', 1).chatId))).toEqual([['c', 'b'], []]);
  });

  it('are shown once', () => {
    expect(uniqueRows([row('a', 1), row('b', 2), row('a', 1)]).map(({ title }) => title)).toEqual(['a', 'b']);
  });
});
