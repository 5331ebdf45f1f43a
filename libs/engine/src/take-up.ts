import { decide, type Context } from './context.ts';
import { newestFor } from './inbox.ts';
import type { Step } from './types.ts';

/**
 * What the person said to this run meanwhile is heard before anybody speaks, also when nobody was to: so it is answered
 * in this run. Undefined when there is nothing.
 */
export function takeUpStep({ state, run: { runId } }: Context): Step | undefined {
  const upToSeq = newestFor(state, runId);
  return upToSeq === undefined ? undefined : decide([{ type: 'message_taken_up', runId, upToSeq }]);
}
