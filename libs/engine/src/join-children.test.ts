import { describe, expect, it } from '@jest/globals';
import { joined } from './join-children.ts';
import type { ChildRun } from './types.ts';

type Outcome = NonNullable<ChildRun['outcome']>;

/** Child runs by what they have left, in the order of their branches; undefined: it goes on. */
function runs(mode: ChildRun['mode'], ...outcomes: readonly (Partial<Outcome> | undefined)[]): ChildRun[] {
  return outcomes.map((outcome, index) => {
    const name = 'xyz'.charAt(index);
    const left = outcome === undefined ? {} : { outcome: { ok: true, text: name, seq: index, at: '', ...outcome } };
    return { runId: name, child: 'research', branch: name, mode, startedAt: '', ...left };
  });
}

describe('what child runs come to together', () => {
  it.each([
    ['the first to end, though it stands last', [{ seq: 9 }, { seq: 5 }], { ok: true, text: 'y' }],
    ['the first to end, though it has failed', [{ ok: false, text: 'no' }, {}], { ok: false, text: 'no' }],
    ['who has ended, while others go on', [undefined, {}, undefined], { ok: true, text: 'y' }],
    ['nothing, when nobody has', [undefined], { ok: false, text: '' }],
  ])('any: %s', (_, left, outcome) => {
    expect(joined(runs('any', ...left))).toEqual(outcome);
  });

  it.each([
    ['the first that has finished', [{ ok: false }, { limited: true }, { seq: 1 }], { ok: true, text: 'z' }],
    ['all that was tried', [{ ok: false }, undefined, { limited: true }], { ok: false, text: 'x: failed: x\n\nz: z' }],
  ])('first_success: %s', (_, left, outcome) => {
    expect(joined(runs('first_success', ...left))).toEqual(outcome);
  });

  it.each([
    ['the last to end', [{ seq: 3 }, { seq: 7 }, { seq: 5 }], { ok: true, text: 'y' }],
    ['its failure, too', [{}, { ok: false, text: 'no' }], { ok: false, text: 'no' }],
    ['nothing, when none has ended', [undefined], { ok: false, text: '' }],
  ])('sequence: %s', (_, left, outcome) => {
    expect(joined(runs('sequence', ...left))).toEqual(outcome);
  });
});
