import { describe, expect, it } from '@jest/globals';
import type { ChatEvent, Commits, Delta } from '@colloquy/contracts';
import { WatchCheck } from './watch-check.ts';

const chatId = 'chat-of-the-watch-check';
const runId = 'run-of-the-watch-check';
const messageId = 'message-of-the-check';

const pinned = (seq: number): ChatEvent => ({ seq, at: '2026-01-01T00:00:00.000Z', type: 'chat_pinned', pinned: true });
const piece = (offset: number, text: string): Delta => ({ messageId, runId, agent: 'a', offset, text, kind: 'text' });
const batch = (place: string, seqs: readonly number[], deltas: readonly Delta[] = []): Commits => ({
  chatId,
  cursor: `e.${place}`,
  events: seqs.map(pinned),
  deltas: [...deltas],
});

function kindsOf(...batches: readonly Commits[]): string[] {
  const check = new WatchCheck();
  return batches.flatMap((one) => check.take(one)).map(({ kind }) => kind);
}

describe('what a viewer checks as it comes', () => {
  it('finds nothing where all is well', () => {
    const pieces = [piece(0, 'ab'), piece(2, 'c')];
    expect(kindsOf(batch('1.2', [1, 2]), batch('3.2', [], pieces), batch('5.3', [3]))).toEqual([]);
  });

  it('lets a tool that is tried again tell its progress from the beginning, and no other', () => {
    const told = { ...piece(0, 'on my way'), kind: 'progress' as const };
    const tried = { ...pinned(2), type: 'tool_started', callId: messageId, attempt: 2 } as unknown as ChatEvent;
    const again = { ...batch('3.2', []), events: [tried] };
    expect(kindsOf(batch('1.1', [1], [told]), again, batch('4.2', [], [told]))).toEqual([]);
    expect(kindsOf(batch('1.1', [1], [told]), batch('3.2', [2]), batch('4.2', [], [told]))).toEqual(['delta']);
  });

  it('P4: finds an event that was left out', () => {
    expect(kindsOf(batch('1.1', [1]), batch('3.3', [3]))).toEqual(['gap']);
  });

  it('P4: finds an event that came twice', () => {
    expect(kindsOf(batch('1.1', [1]), batch('2.2', [2]), batch('3.2', [2]))).toEqual(['repeated']);
  });

  it('P4: finds events in the wrong order', () => {
    expect(kindsOf(batch('1.1', [1]), batch('3.3', [3, 2]))).toContain('gap');
  });

  it('P4: finds a cursor that goes back, is none, or names another event', () => {
    expect(kindsOf(batch('5.1', [1]), batch('4.2', [2]))).toEqual(['cursor']);
    expect(kindsOf({ ...batch('1.1', [1]), cursor: 'nowhere' })).toEqual(['cursor']);
    expect(kindsOf(batch('1.2', [1]))).toEqual(['cursor']);
  });

  it('P4: finds text that was left out or came twice', () => {
    expect(kindsOf(batch('1.1', [1], [piece(0, 'ab')]), batch('2.1', [], [piece(3, 'd')]))).toEqual(['delta']);
    expect(kindsOf(batch('1.1', [1], [piece(0, 'ab')]), batch('2.1', [], [piece(1, 'bc')]))).toEqual(['delta']);
  });

  it('lets the last batch come once more, and pieces of what has ended', () => {
    const last = batch('2.1', [1], [piece(0, 'ab')]);
    expect(kindsOf(last, last, batch('3.1', [], [piece(2, 'c')]))).toEqual([]);
    const call = { ...pinned(1), type: 'tool_call', callId: messageId } as unknown as ChatEvent;
    const late: Delta = { ...piece(12, '{}'), kind: 'arguments' };
    expect(kindsOf({ ...batch('1.1', []), events: [call], deltas: [late] })).toEqual([]);
  });

  it('lets a replay after a reload repeat what the document had, but without a hole', () => {
    const check = new WatchCheck();
    check.reload(5);
    expect(check.take(batch('3.4', [3, 4]))).toEqual([]);
    expect(check.take(batch('6.6', [5, 6]))).toEqual([]);
    check.reload(6);
    expect(check.take(batch('7.6', [3, 5, 6])).map(({ kind }) => kind)).toEqual(['gap']);
  });

  it('takes what follows a reload and was not had for new', () => {
    const check = new WatchCheck();
    check.reload(5);
    expect(check.take(batch('9.7', [6, 7]))).toEqual([]);
    expect(check.take(batch('9.8', [9])).map(({ kind }) => kind)).toContain('gap');
  });
});
