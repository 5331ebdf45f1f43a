/**
 * Stands in for `fast-check`: the same few cases of each property, for every mutant. Who survives them may still be
 * found by the thousands of cases of a whole test run, so the score is a lower bound.
 */
import fc from 'fast-check';

const CASES = 10;

// The first failure is enough: nobody reads the smallest one.
fc.configureGlobal({ seed: 1, endOnFailure: true });

/** @type {typeof fc.assert} */
const assert = (property, parameters = {}) =>
  fc.assert(property, { ...parameters, numRuns: Math.min(parameters.numRuns ?? CASES, CASES) });

export default { ...fc, assert };
