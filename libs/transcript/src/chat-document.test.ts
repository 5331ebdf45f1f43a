import { describe, expect, it } from '@jest/globals';
import { chatDocumentSchema, publicEvent, type ChatRecord, type NewEvent } from '@colloquy/contracts';
import { DOCUMENT_FIELD_LENGTH, DOCUMENT_MESSAGES } from '@colloquy/contracts/constants';
import { documentOf, foldRecord, recordOfLog, rowOf } from './chat-document.ts';
import { GapError, NotAChatError } from './chat-document-errors.ts';
import {
  CHAT,
  EPOCH,
  id,
  RUN,
  CREATED,
  HELLO,
  STARTED,
  begin,
  text,
  call,
  responded,
  ask,
  answer,
  COMPLETED,
  used,
  logOf,
} from './fixtures/sample-log.ts';

function recordOf(...groups: NewEvent[][]): ChatRecord {
  const record = recordOfLog(logOf(groups), publicEvent);
  if (record === undefined) throw new Error('no record');
  return record;
}

describe('the chat document', () => {
  it('is complete, public and valid by its schema', () => {
    const document = documentOf(
      recordOf(
        [CREATED, HELLO],
        [STARTED],
        [begin(id('m1'))],
        [],
        [text(id('m1'), 'Hi!'), used('demo', 10)],
        [COMPLETED],
      ),
    );
    // Events in it are public: their schemas, which demand the private fields too, are not what they must meet.
    const shell = { ...document, messages: [] };
    expect(chatDocumentSchema.parse(shell)).toEqual(shell);
    expect(document).toMatchObject({ status: 'idle', lastText: 'Hi!', lastSeq: 7, messageCount: 4, ownerId: 'ada' });
    expect(document.lastRun).toMatchObject({ status: 'completed', reason: { code: 'no_next_speaker', text: 'Done' } });
    expect(document.cursor).toBe(`${EPOCH}.13.7`);
    expect(document.messages.map(({ type }) => type)).toEqual(['user_message', 'run_started', 'text', 'run_completed']);
    expect(JSON.stringify(document)).not.toMatch(/secret|w1/);
  });

  it('has no field that its schema does not know, whatever the record keeps for the house', () => {
    const record = recordOf([CREATED, HELLO], [{ ...STARTED, deadlineAt: '2026-01-01T01:00:00.000Z' } as NewEvent]);
    expect(record.dueAt).toBeDefined();
    const known = Object.keys(chatDocumentSchema.shape);
    const given = Object.keys(documentOf({ ...record, rebuiltAt: '2026-01-01T00:00:00.000Z' }));
    expect(given.filter((key) => !known.includes(key))).toEqual([]);
    const needed = Object.entries(chatDocumentSchema.shape).filter(
      ([, schema]) => !schema.safeParse(undefined).success,
    );
    expect(given).toEqual(expect.arrayContaining(needed.map(([key]) => key)));
  });

  it('P2: takes nothing of what it holds already, and only what is new of the rest', () => {
    const log = logOf([[CREATED, HELLO], [STARTED], [used('demo', 10)], [COMPLETED]]);
    const { header } = foldRecord(undefined, log.slice(0, 3), publicEvent);
    expect(foldRecord(header, log.slice(0, 3), publicEvent)).toEqual({ header, push: [] });
    const whole = foldRecord(undefined, log, publicEvent);
    const rest = foldRecord(header, log.slice(1), publicEvent);
    expect(rest.header).toEqual(whole.header);
    expect(rest.push.map(({ type }) => type)).toEqual(['run_completed']);
  });

  it('P4: has the cursor just before the oldest message that has not ended', () => {
    const open = recordOf([CREATED, HELLO], [STARTED], [begin(id('m1'))], [], [begin(id('m2'))]);
    expect(documentOf(open).cursor).toBe(`${EPOCH}.5.3`);
    const oneLeft = recordOf(
      [CREATED, HELLO],
      [STARTED],
      [begin(id('m1'))],
      [],
      [begin(id('m2'))],
      [text(id('m1'), 'a')],
    );
    expect(documentOf(oneLeft).cursor).toBe(`${EPOCH}.7.4`);
    const together = recordOf([CREATED, HELLO, STARTED, begin(id('m1'))]);
    expect(documentOf(together).cursor).toBe(`${EPOCH}.0.0`);
  });

  it('P6: waits only while a question is open and nothing else is being worked on', () => {
    const status = (...events: NewEvent[]) => recordOf([CREATED, HELLO, STARTED, ...events]).status;
    expect(recordOf([CREATED]).status).toBe('idle');
    expect(recordOf([CREATED, HELLO]).status).toBe('running');
    expect(status()).toBe('running');
    expect(status(ask(id('q1')))).toBe('waiting');
    expect(status(ask(id('q1')), answer(id('q1')))).toBe('running');
    expect(status(ask(id('q1')), ask(id('q2')), answer(id('q1')))).toBe('waiting');
    expect(status(call(id('a'), 'required'), call(id('b'), 'none'), ask(id('q1'), id('a')))).toBe('running');
    expect(status(call(id('b'), 'none'), ask(id('q1'), id('a')), responded(id('b')))).toBe('waiting');
    // An interrupted call that the question is about is not being worked on.
    const interrupted: NewEvent = { type: 'tool_started', runId: RUN, callId: id('a'), attempt: 1 };
    expect(status(call(id('a'), 'none'), interrupted, ask(id('q1'), id('a')))).toBe('waiting');
    expect(status(ask(id('q1')), HELLO)).toBe('waiting');
    expect(status(ask(id('q1')), COMPLETED)).toBe('idle');
    expect(recordOf([CREATED, HELLO, STARTED, ask(id('q1')), COMPLETED]).pendingRequests).toEqual([]);
  });

  it('is running while a message waits for a run, so that the watchdog finds it', () => {
    expect(recordOf([CREATED, HELLO, STARTED, HELLO, COMPLETED]).status).toBe('running');
    expect(
      recordOf([CREATED, HELLO, STARTED, HELLO, COMPLETED], [{ ...STARTED, trigger: 4 } as NewEvent, COMPLETED]).status,
    ).toBe('idle');
    expect(recordOf([CREATED, HELLO, { type: 'chat_deleted', by: 'ada' }]).status).toBe('idle');
    const stop: NewEvent = { type: 'run_cancelled', runId: id('stop'), commandId: id('stop'), by: 'ada' };
    expect(recordOf([CREATED, HELLO, stop]).status).toBe('idle');
  });

  it('P7: takes totals from the last usage and sums by model', () => {
    const { usage } = recordOf([CREATED, HELLO, STARTED, used('a', 10), used('b', 20), used('a', 30)]);
    expect(usage).toMatchObject({ promptTokens: 30, costMicroUsd: 30 });
    expect(usage.byModel).toMatchObject([
      { model: 'a', promptTokens: 20, costMicroUsd: 14, modelCalls: 2 },
      { model: 'b', promptTokens: 10, costMicroUsd: 7, modelCalls: 1 },
    ]);
  });

  it('follows title, pin, share, delete and restore', () => {
    const record = recordOf([
      CREATED,
      { type: 'chat_renamed', title: 'Refund', by: 'workflow' },
      { type: 'chat_pinned', pinned: true },
      { type: 'share_changed', shareId: 's', by: 'ada' },
      { type: 'chat_deleted', by: 'ada' },
    ]);
    expect(record).toMatchObject({ title: 'Refund', pinned: true, shareId: 's' });
    expect(rowOf(record)).toMatchObject({ deleted: true, pinned: true, lastSeq: 5 });
    const restored = recordOf([CREATED, { type: 'chat_deleted', by: 'ada' }, { type: 'chat_restored', by: 'ada' }]);
    expect(rowOf(restored)).not.toHaveProperty('deleted');
  });

  it('says in its row how the last run came to a bad end, until the next one begins', () => {
    const failed = { type: 'run_failed', runId: RUN, error: { code: 'x', message: 'no', retryable: true } } as NewEvent;
    const stopped: NewEvent = { type: 'run_cancelled', runId: RUN, commandId: id('stop'), by: 'ada' };
    const endOf = (...events: NewEvent[]) => {
      const { failed: bad, cancelled } = rowOf(recordOf([CREATED, HELLO, STARTED, ...events]));
      return { bad, cancelled };
    };
    expect(endOf(stopped)).toEqual({ cancelled: true });
    expect(endOf(failed)).toEqual({ bad: true });
    expect(endOf(COMPLETED)).toEqual({});
    expect(endOf(stopped, HELLO, STARTED)).toEqual({});
    expect(endOf(stopped, HELLO, STARTED, COMPLETED)).toEqual({});
  });

  it('counts an event type that it does not know, and shows nothing of it', () => {
    const record = recordOf([CREATED, { type: 'invented', secret: 1 } as unknown as NewEvent, HELLO]);
    expect(record).toMatchObject({ lastSeq: 3, messageCount: 1 });
  });

  it('cuts long fields, marks them, and never splits a surrogate pair', () => {
    const long = `${'a'.repeat(DOCUMENT_FIELD_LENGTH - 1)}😀`;
    const rows = Array.from({ length: 5000 }, (_, row) => ({ row }));
    const [message, result] = recordOf([
      CREATED,
      { ...HELLO, text: long } as NewEvent,
      { ...responded(id('a')), result: rows } as NewEvent,
    ]).messages;
    expect(message).toMatchObject({ text: 'a'.repeat(DOCUMENT_FIELD_LENGTH - 1), truncated: true });
    expect(result).toMatchObject({ result: JSON.stringify(rows).slice(0, DOCUMENT_FIELD_LENGTH), truncated: true });
  });

  it('keeps the newest events only, and counts all', () => {
    const record = recordOf(
      [CREATED],
      Array.from({ length: DOCUMENT_MESSAGES + 5 }, () => HELLO),
    );
    expect(record.messages).toHaveLength(DOCUMENT_MESSAGES);
    expect(record.messages[0]?.seq).toBe(7);
    expect(record.messageCount).toBe(DOCUMENT_MESSAGES + 5);
  });

  it('names a hole and a log that creates no chat', () => {
    const log = logOf([[CREATED], [HELLO], [HELLO]]);
    const [first, , third] = log;
    if (!first || !third) throw new Error('three commits');
    expect(() => foldRecord(undefined, [first, third], publicEvent)).toThrow(
      new GapError({ chatId: CHAT, expectedSeq: 2, foundSeq: 3 }),
    );
    expect(() => foldRecord(undefined, logOf([[HELLO]]), publicEvent)).toThrow(NotAChatError);
    expect(recordOfLog(logOf([[]]), publicEvent)).toBeUndefined();
  });
});
