import { expect, it } from '@jest/globals';
import { mechanisms } from '../../tools/mechanisms/mechanisms.ts';
import { runMechanisms } from '../../tools/mechanisms/run-mechanisms.ts';

/** On two cores; about a minute when nothing else runs. */
const LIMIT_MS = 6 * 60_000;

it(
  'P1 to P8: of the mechanisms that they stand on, each is missed by a test when it is gone',
  async () => {
    const outcomes = await runMechanisms(mechanisms, { workers: 2, onOutcome: () => undefined });
    expect(outcomes.filter(({ verdict }) => verdict !== 'noticed')).toEqual([]);
    expect(outcomes.map(({ name }) => name)).toEqual(mechanisms.map(({ name }) => name));
  },
  LIMIT_MS,
);
