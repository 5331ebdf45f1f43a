import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type ChatHeader, type ChatRecord, type NewEvent } from '@colloquy/contracts';
import { DOCUMENT_MESSAGES } from '@colloquy/contracts/constants';
import fc from 'fast-check';
import { foldRecord, recordOfLog, type PlacedCommit } from './chat-document.ts';
import { GapError } from './chat-document-errors.ts';
import {
  id,
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

const anyEvent: fc.Arbitrary<NewEvent> = fc.oneof(
  fc.constantFrom<NewEvent>(
    HELLO,
    COMPLETED,
    { type: 'chat_deleted', by: 'ada' },
    { type: 'chat_restored', by: 'ada' },
  ),
  fc.integer({ min: 1, max: 30 }).map((trigger): NewEvent => ({ ...STARTED, trigger }) as NewEvent),
  fc.constantFrom(id('m1'), id('m2'), id('m3')).chain((m) => fc.constantFrom(begin(m), text(m, `said ${m}`))),
  fc.constantFrom(id('a'), id('b')).chain((c) => fc.constantFrom(call(c, 'none'), call(c, 'required'), responded(c))),
  fc.constantFrom(id('q1'), id('q2')).chain((q) => fc.constantFrom(ask(q), ask(q, id('a')), answer(q))),
  fc.constantFrom('demo', 'other').chain((model) => fc.nat(99).map((totals) => used(model, totals))),
  fc.nat(20).map((toSeq): NewEvent => ({ type: 'rewound', toSeq, commandId: id('rw') })),
  fc.constant({ type: 'from_the_future', what: 1 } as unknown as NewEvent),
);
const anyLog = fc
  .array(fc.array(anyEvent, { maxLength: 4 }), { maxLength: 25 })
  .map((groups) => logOf([[CREATED, HELLO], ...groups]));

/** The store's guard, and the projection's rules around it, on one chat. */
class GuardedStore {
  record: ChatRecord | undefined;

  deliver(commits: readonly PlacedCommit[], log: readonly PlacedCommit[], known: ChatHeader | undefined): void {
    let header = known;
    for (;;) {
      const { header: next, push } = this.#fold(header, commits, log);
      if (next === undefined || next === header || this.#update(header?.lastSeq ?? 0, next, push)) return;
      header = this.record;
    }
  }

  #fold(header: ChatHeader | undefined, commits: readonly PlacedCommit[], log: readonly PlacedCommit[]) {
    try {
      return foldRecord(header, commits, publicEvent);
    } catch (error) {
      if (!(error instanceof GapError)) throw error;
      const last = commits.reduce((max, { streamSeq }) => Math.max(max, streamSeq), 0);
      return foldRecord(
        header,
        log.filter(({ streamSeq }) => streamSeq <= last),
        publicEvent,
      );
    }
  }

  #update(before: number, header: ChatHeader, push: readonly ChatEvent[]): boolean {
    if ((this.record?.lastSeq ?? 0) !== before) return false;
    this.record = { ...header, messages: [...(this.record?.messages ?? []), ...push].slice(-DOCUMENT_MESSAGES) };
    return true;
  }
}

describe('P1: the same events give the same document', () => {
  it('folded in one go or in pieces at every cut', () => {
    fc.assert(
      fc.property(anyLog, (log) => {
        const whole = recordOfLog(log, publicEvent);
        for (let cut = 0; cut <= log.length; cut += 1) {
          const first = foldRecord(undefined, log.slice(0, cut), publicEvent);
          const second = foldRecord(first.header, log.slice(cut), publicEvent);
          const messages = [...first.push, ...second.push].slice(-DOCUMENT_MESSAGES);
          expect({ ...second.header, messages }).toEqual(whole);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('P2: delivered shuffled, doubled and split, to workers that know old headers or none', () => {
    const deliveries = anyLog.chain((log) =>
      fc.record({
        log: fc.constant(log),
        batches: fc.array(fc.array(fc.nat(log.length - 1), { maxLength: 8 }), { maxLength: 12 }),
        stale: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
      }),
    );
    fc.assert(
      fc.property(deliveries, ({ log, batches, stale }) => {
        const store = new GuardedStore();
        const headers: (ChatHeader | undefined)[] = [undefined];
        const all = [
          ...batches.map((batch) => batch.flatMap((index) => log[index] ?? [])),
          ...log.map((commit) => [commit]),
        ];
        all.forEach((commits, step) => {
          const known = stale[step % stale.length] === true ? headers[step % headers.length] : store.record;
          store.deliver(commits, log, known);
          headers.push(store.record);
        });
        expect(store.record).toEqual(recordOfLog(log, publicEvent));
      }),
      { numRuns: 200 },
    );
  });
});
