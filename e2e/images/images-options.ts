import { parseArgs } from 'node:util';

const PHASES = ['build', 'run', 'all'] as const;

/** What is done: the images are built and checked, the stack is run, or both. */
export type Phase = (typeof PHASES)[number];

/**
 * Reads the options of `npm run test:images`.
 * @throws Error that says what is wrong with them
 */
export function parseImagesOptions(args: readonly string[]): { readonly phase: Phase } {
  const { values } = parseArgs({ args: [...args], options: { phase: { type: 'string', default: 'all' } } });
  const phase = PHASES.find((one) => one === values.phase);
  if (phase === undefined) throw new Error(`--phase is one of: ${PHASES.join(', ')}`);
  return { phase };
}
