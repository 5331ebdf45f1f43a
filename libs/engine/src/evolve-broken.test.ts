/** The tree of runs, and going back, folded from logs whose fields are missing or are not what they should be. */
import { describe, expect, it } from '@jest/globals';
import type { ChatEvent } from '@colloquy/contracts';
import fc from 'fast-check';
import { evolve, initialState } from './evolve.ts';
import { nextSteps } from './next.ts';
import { statusOf } from './status-of.ts';
import { branch, child, led } from './test-children.ts';
import { id } from './test-driver.ts';

const at = '2026-01-01T00:00:00.000Z';
const workflow = led([child('first_success', [branch('x'), branch('y')])]);

const someId = fc.constantFrom(...['a', 'b', 'c'].map(id));
/** Few types, so that child runs begin and end, and there is something to go back from. */
const type = fc.constantFrom(
  ...['user_message', 'run_started', 'run_started', 'run_completed', 'run_failed', 'run_cancelled', 'rewound'],
  ...['speaker_selected', 'handoff', 'message_taken_up', 'text'],
);
const whole = {
  type,
  runId: someId,
  messageId: someId,
  commandId: someId,
  text: fc.string(),
  agent: fc.constantFrom('lead', 'x'),
  from: fc.constant('lead'),
  to: fc.constantFrom('x', 'research'),
  by: fc.constantFrom('model', 'after_work'),
  trigger: fc.nat(9),
  upToSeq: fc.nat(40),
  toSeq: fc.nat(40),
  workflow: fc.constant('team'),
  variables: fc.constant({}),
  parentRunId: fc.option(someId, { nil: undefined }),
  child: fc.constant('research'),
  branch: fc.constantFrom('x', 'y', 'gone'),
  mode: fc.constantFrom('sequence', 'all', 'any', 'first_success'),
  history: fc.constantFrom('none', 'all'),
  asked: fc.string(),
  reason: fc.record({ code: fc.constantFrom('not_needed', 'guardrail', 'handoff_terminate'), text: fc.string() }),
  error: fc.record({ code: fc.string(), message: fc.string() }),
  summary: fc.string(),
  kept: fc.array(someId),
};
const odd = fc.constantFrom(null, 'x', 7, undefined);
/** Fields that decide where an event goes stay: without them nothing of it is read. */
const broken = {
  ...whole,
  reason: fc.oneof(whole.reason, odd),
  error: fc.oneof(whole.error, odd),
  summary: fc.oneof(whole.summary, fc.constant(undefined)),
  kept: fc.oneof(whole.kept, odd),
  toSeq: fc.oneof(whole.toSeq, odd),
};

const folds = (events: readonly object[], after: (state: typeof initialState) => void) => {
  let state = initialState;
  for (const [index, event] of events.entries()) {
    state = evolve(state, { ...event, seq: index + 1, at } as unknown as ChatEvent);
    after(state);
  }
  expect(state.lastSeq).toBe(events.length);
};

describe('evolve, of child runs and of what goes back', () => {
  it('E1: is total, and what follows from any state is too', () => {
    fc.assert(
      fc.property(fc.array(fc.record(whole), { maxLength: 40 }), (events) => {
        folds(events, (state) => {
          nextSteps(state, workflow);
          statusOf(state);
        });
      }),
    );
  });

  it('E1: is total over events whose fields are missing or odd', () => {
    fc.assert(
      fc.property(fc.array(fc.record(broken), { maxLength: 40 }), (events) => {
        folds(events, statusOf);
      }),
      { numRuns: 300 },
    );
  });

  it('E1: a child run that has ended without saying how is no success', () => {
    const run = { runId: id('a'), workflow: 'team', variables: {}, trigger: 1 };
    const inner = { ...run, runId: id('b'), parentRunId: id('a'), child: 'research', branch: 'x', mode: 'all' };
    const ends = [{ type: 'run_completed' }, { type: 'run_completed', reason: null }, { type: 'run_failed' }];
    for (const end of ends) {
      let outcome: unknown;
      const log = [
        { type: 'run_started', ...run },
        { type: 'run_started', ...inner },
        { ...end, runId: id('b') },
      ];
      folds(log, ({ run: root }) => {
        outcome = root?.childRuns[0]?.outcome;
      });
      expect(outcome).toEqual({ ok: false, text: '', seq: 3, at });
    }
  });
});
