import { describe, expect, it } from '@jest/globals';
import type { ChatRow } from '@colloquy/contracts';
import { noticeOf } from './notice-of.ts';

const row = (lastSeq: number, more: Partial<ChatRow> = {}): ChatRow => ({
  chatId: 'chat-0000-0000-0001',
  title: '',
  workflow: 'assistant',
  status: 'running',
  pinned: false,
  pendingRequests: 0,
  lastText: '',
  costMicroUsd: 0,
  updatedAt: '2026-01-01T00:00:00.000Z',
  lastSeq,
  ...more,
});

describe('who looks elsewhere', () => {
  it('is told when a question comes, and when a run ends or fails', () => {
    expect(noticeOf(row(1), row(2, { status: 'waiting', pendingRequests: 1 }))).toBe('needsYou');
    expect(noticeOf(row(1), row(2, { status: 'idle', unread: 1 }))).toBe('finished');
    expect(noticeOf(row(1), row(2, { status: 'idle', unread: 1, failed: true }))).toBe('failed');
    expect(noticeOf(row(1, { status: 'waiting', pendingRequests: 1 }), row(2, { status: 'idle', unread: 1 }))).toBe(
      'finished',
    );
  });

  it('is not told of the end of what was seen, or was stopped before it said anything', () => {
    expect(noticeOf(row(1), row(2, { status: 'idle' }))).toBeUndefined();
    expect(noticeOf(row(1), row(2, { status: 'idle', failed: true }))).toBeUndefined();
    expect(noticeOf(row(1), row(2, { status: 'idle', unread: 1, cancelled: true }))).toBeUndefined();
  });

  it('is not told twice, of old things, or of what is gone', () => {
    const asked = row(2, { status: 'waiting', pendingRequests: 1 });
    expect(noticeOf(undefined, asked)).toBeUndefined();
    expect(noticeOf(asked, asked)).toBeUndefined();
    expect(noticeOf(asked, row(3, { status: 'waiting', pendingRequests: 1, pinned: true }))).toBeUndefined();
    expect(noticeOf(row(1), row(2))).toBeUndefined();
    expect(noticeOf(row(1, { status: 'idle' }), row(2, { status: 'idle', failed: true }))).toBeUndefined();
    expect(noticeOf(row(1), row(2, { status: 'idle', deleted: true }))).toBeUndefined();
  });
});
