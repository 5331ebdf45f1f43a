/** The fold of runs over any log, cut in any way. Promise: P1. */
import { describe, expect, it } from '@jest/globals';
import { eventSchemas, type ChatEvent } from '@colloquy/contracts';
import { randomLog } from '@colloquy/testing';
import fc from 'fast-check';
import { applyRunEvents, NO_RUNS } from './run-view.ts';
import type { RunsView } from './run-view-state.ts';
import { totalUsage } from './run-view-usage.ts';

const logs = fc
  .array(fc.nat(239), { minLength: 5, maxLength: 80 })
  .map((choices) => randomLog(choices).flatMap(({ commit }) => commit.events));

const fold = (events: readonly ChatEvent[]): RunsView => applyRunEvents(NO_RUNS, events);

/** A copy of which nothing is shared with the view. */
const plainOf = (view: RunsView): unknown =>
  structuredClone({
    ...view,
    rootOf: [...view.rootOf],
    runs: [...view.runs].map(({ handoffs, steps, context, lanes, ...run }) => ({
      ...run,
      lists: [[...handoffs], [...steps], [...context]],
      lanes: lanes.map(({ spans, ...lane }) => ({ ...lane, spans: [...spans] })),
    })),
  });

describe('the runs of any log', () => {
  it('P1: are the same however its events are split or repeated', () => {
    fc.assert(
      fc.property(logs, fc.array(fc.tuple(fc.nat(9), fc.nat(20))), (events, cuts) => {
        let view = NO_RUNS;
        let at = 0;
        for (const [back, ahead] of cuts) {
          view = applyRunEvents(view, events.slice(Math.max(0, at - back), at + ahead));
          at = Math.min(events.length, Math.max(at, at + ahead));
        }
        expect(applyRunEvents(view, events)).toEqual(fold(events));
      }),
    );
  });

  it('never change a view that was given out', () => {
    fc.assert(
      fc.property(logs, fc.nat(100), (events, part) => {
        const before = fold(events.slice(0, part));
        const copy = plainOf(before);
        applyRunEvents(before, events);
        expect(plainOf(before)).toEqual(copy);
        // What went on once can go on otherwise.
        expect(plainOf(applyRunEvents(before, events.slice(part + 3)))).toEqual(
          plainOf(applyRunEvents(fold(events.slice(0, part)), events.slice(part + 3))),
        );
      }),
    );
  });

  it('have spans that end after they begin, nothing that goes on in a run that has ended, and all that was paid', () => {
    fc.assert(
      fc.property(logs, (events) => {
        const { runs, usage } = fold(events);
        for (const run of runs) {
          for (const { spans } of run.lanes) {
            for (const span of spans) {
              if (span.endedAt !== undefined) expect(span.endedAt >= span.startedAt).toBe(true);
              if (run.endedAt !== undefined) expect(span.outcome).not.toBe('open');
            }
            expect(new Set([...spans].map(({ key, seq }) => `${key} ${String(seq)}`)).size).toBe(spans.length);
          }
        }
        const paid = events.reduce((sum, event) => sum + (event.type === 'usage' ? (event.costMicroUsd ?? 0) : 0), 0);
        expect(totalUsage([...runs].flatMap(({ usage: rows }) => rows)).costMicroUsd).toBe(paid);
        expect(totalUsage(usage).costMicroUsd).toBe(paid);
      }),
    );
  });

  it('are made of anything without an error', () => {
    const types = fc.constantFrom(...Object.keys(eventSchemas), 'unheard_of');
    const ids = fc.constantFrom('one', 'two', 'three');
    const anything = fc
      .array(
        fc.record(
          {
            type: types,
            runId: ids,
            parentRunId: ids,
            agent: ids,
            callId: ids,
            messageId: ids,
            requestId: ids,
            to: ids,
            from: ids,
            reason: fc.record({ code: ids, text: ids }),
            error: fc.record({ code: ids, message: ids }),
            kind: fc.constantFrom('text', 'reasoning'),
            toSeq: fc.nat(20),
            ok: fc.boolean(),
            attempt: fc.nat(3),
            purpose: fc.constantFrom('reply', 'title'),
            costMicroUsd: fc.constantFrom(null, 3),
          },
          { requiredKeys: ['type', 'error', 'reason'] },
        ),
        { maxLength: 60 },
      )
      .map((events) =>
        events.map(
          (event, index) =>
            ({
              ...event,
              seq: index + 1,
              at: `2026-01-01T00:00:${String(index).padStart(2, '0')}.000Z`,
            }) as unknown as ChatEvent,
        ),
      );
    fc.assert(
      fc.property(anything, (events) => {
        expect(fold(events).lastSeq).toBe(events.length);
      }),
    );
  });
});
