/**
 * Every mechanism that a promise stands on, how it is taken out, and the test that fails then: `npm run mechanisms`.
 * Each removal is the smallest that leaves code which runs; a test of this folder holds the texts to the sources.
 */
import { logMechanisms } from './log-mechanisms.ts';
import type { Mechanism } from './mechanism.ts';
import { orchestratorMechanisms } from './orchestrator-mechanisms.ts';
import { projectionMechanisms } from './projection-mechanisms.ts';
import { readerMechanisms } from './reader-mechanisms.ts';

/** The table, in the order of the flow: log, orchestrator, projection, readers. */
export const mechanisms: readonly Mechanism[] = [
  ...logMechanisms,
  ...orchestratorMechanisms,
  ...projectionMechanisms,
  ...readerMechanisms,
];
