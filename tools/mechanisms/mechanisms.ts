/**
 * Every mechanism that a promise stands on, how it is taken out, and the test that fails then: `npm run mechanisms`.
 * Each removal is the smallest that leaves code which runs; a test of this folder holds the texts to the sources.
 */
import { commandMechanisms } from './command-mechanisms.ts';
import { deployMechanisms } from './deploy-mechanisms.ts';
import { effectMechanisms } from './effect-mechanisms.ts';
import { logMechanisms } from './log-mechanisms.ts';
import type { Mechanism } from './mechanism.ts';
import { ownerMechanisms } from './owner-mechanisms.ts';
import { projectionMechanisms } from './projection-mechanisms.ts';
import { readerMechanisms } from './reader-mechanisms.ts';

/** The table, in the order of the flow: log, commands, owners, deploys, effects, projection, readers. */
export const mechanisms: readonly Mechanism[] = [
  ...logMechanisms,
  ...commandMechanisms,
  ...ownerMechanisms,
  ...deployMechanisms,
  ...effectMechanisms,
  ...projectionMechanisms,
  ...readerMechanisms,
];
