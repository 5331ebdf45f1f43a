import type { Target } from '@colloquy/contracts';
import {
  afterWorkEntries,
  isUnconditional,
  targetOf,
  type AfterWorkEntry,
  type AfterWorkYaml,
} from '../yaml/target.ts';

/** One of several after-works, as the engine has it. */
export interface AfterWork {
  readonly when?: string;
  readonly available?: string;
  readonly target: Target;
}

/** After-works as the engine has them: those with conditions in order, and the one without. */
export function resolveAfterWork(written: AfterWorkYaml | undefined): {
  readonly afterWork?: Target;
  readonly afterWorks?: AfterWork[];
} {
  const entries = afterWorkEntries(written);
  const last = entries.find(isUnconditional);
  const conditional = entries.filter((entry) => !isUnconditional(entry)).map(conditionalOf);
  return {
    ...(conditional.length === 0 ? {} : { afterWorks: conditional }),
    ...(last === undefined ? {} : { afterWork: targetOf(last.to) }),
  };
}

function conditionalOf({ when, available, to }: AfterWorkEntry): AfterWork {
  return {
    ...(when === undefined ? {} : { when }),
    ...(available === undefined ? {} : { available }),
    target: targetOf(to),
  };
}
