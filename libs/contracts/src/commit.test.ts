import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { commandSchema, commitSchema, decodeCommit, formatCursor, MalformedCommitError, parseCursor } from './index.ts';

const ID = '019b0000-0000-7000-8000-000000000001';
const AT = '2026-01-01T00:00:00.000Z';
const event = { seq: 1, at: AT, type: 'chat_pinned', pinned: true };
const delta = { messageId: ID, runId: ID, agent: 'a', offset: 0, text: 'x', kind: 'text' };
const commit = { v: 1, chatId: ID, events: [event], deltas: [delta] };

describe('decodeCommit', () => {
  it('gives what was encoded, with types and fields that it does not know', () => {
    const newer = {
      ...commit,
      events: [
        { ...event, more: 1 },
        { seq: 2, at: AT, type: 'from_the_future' },
      ],
      more: 2,
    };
    expect(decodeCommit(JSON.stringify(newer))).toEqual(newer);
    expect(decodeCommit(JSON.stringify({ v: 1, chatId: ID, events: [] }))).toEqual({ v: 1, chatId: ID, events: [] });
    expect(commitSchema.parse(commit)).toEqual(commit);
  });

  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['a string', '"x"'],
    ['another version', JSON.stringify({ ...commit, v: 2 })],
    ['no version', JSON.stringify({ ...commit, v: undefined })],
    ['no chat', JSON.stringify({ ...commit, chatId: undefined })],
    ['a chat with a dot', JSON.stringify({ ...commit, chatId: `${ID}.x` })],
    ['events that are no list', JSON.stringify({ ...commit, events: {} })],
    ['an event without seq', JSON.stringify({ ...commit, events: [{ ...event, seq: undefined }] })],
    ['an event with a broken seq', JSON.stringify({ ...commit, events: [{ ...event, seq: 1.5 }] })],
    ['an event without type', JSON.stringify({ ...commit, events: [{ ...event, type: 7 }] })],
    ['an event without time', JSON.stringify({ ...commit, events: [{ ...event, at: undefined }] })],
    ['a null event', JSON.stringify({ ...commit, events: [null] })],
    ['deltas that are no list', JSON.stringify({ ...commit, deltas: {} })],
    ['a null delta', JSON.stringify({ ...commit, deltas: [null] })],
    ['a delta without offset', JSON.stringify({ ...commit, deltas: [{ ...delta, offset: undefined }] })],
    ['a delta without text', JSON.stringify({ ...commit, deltas: [{ ...delta, text: null }] })],
  ])('refuses %s', (_what, text) => {
    expect(() => decodeCommit(text)).toThrow(MalformedCommitError);
  });

  it('throws nothing else, whatever comes', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => {
        try {
          decodeCommit(text);
        } catch (error) {
          expect(error).toBeInstanceOf(MalformedCommitError);
        }
      }),
    );
  });
});

describe('cursors', () => {
  const epoch = fc.stringMatching(/^[0-9a-z]{1,16}$/);
  const number = fc.integer({ min: 0, max: 999_999_999_999_999 });

  it('come back from their text', () => {
    fc.assert(
      fc.property(epoch, number, number, (epoch, streamSeq, eventSeq) => {
        const cursor = { epoch, streamSeq, eventSeq };
        expect(parseCursor(formatCursor(cursor))).toEqual(cursor);
        expect(formatCursor(cursor).length).toBeLessThanOrEqual(64);
      }),
    );
  });

  it.each(['', 'x', '1.2', 'a.1.2.3', 'a.-1.2', 'a.1.2 ', 'A.1.2', 'a.1e3.2', 'a.1.2\n', `a.${'9'.repeat(16)}.1`])(
    'are not read from %j',
    (text) => {
      expect(parseCursor(text)).toBeUndefined();
    },
  );
});

describe('commandSchema', () => {
  const envelope = { v: 1, commandId: ID, chatId: ID, userId: 'ann', at: AT };

  it.each([
    { ...envelope, kind: 'message', messageId: ID, text: 'hello' },
    { ...envelope, kind: 'input', requestId: ID, value: false },
    { ...envelope, kind: 'cancel' },
    { ...envelope, kind: 'rename', title: 't' },
    { ...envelope, kind: 'pin', pinned: false },
    { ...envelope, kind: 'expiry', requestId: ID },
    { ...envelope, kind: 'deadline', runId: ID },
  ])('takes $kind', (command) => {
    expect(commandSchema.parse(command)).toEqual(command);
  });

  it.each([
    { ...envelope, kind: 'no_such' },
    { ...envelope, kind: 'message', messageId: ID, text: '' },
    { ...envelope, kind: 'message', messageId: ID, text: 'x'.repeat(64 * 1024 + 1) },
    { ...envelope, kind: 'cancel', chatId: 'a*b' },
    { ...envelope, kind: 'cancel', userId: '' },
    { ...envelope, kind: 'cancel', v: 2 },
  ])('refuses %j', (command) => {
    expect(commandSchema.safeParse(command).success).toBe(false);
  });
});
