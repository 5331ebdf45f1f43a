import type { Context } from './context.ts';
import { speakerRunOf } from './speaker-run.ts';

/** So many handoffs in a row between the same two are a loop when the workflow does not say. */
const MAX_REPEATED = 10;

/** Why the handoffs of a run lead nowhere, in words for the person; undefined when they do not. */
export function handoffLoop({ run, workflow }: Context): string | undefined {
  const most = workflow.limits.maxRepeatedHandoffs ?? MAX_REPEATED;
  const { swings, idle } = speakerRunOf(run);
  if (swings.count >= most) return `The same two agents handed over to each other ${String(swings.count)} times.`;
  // A chain that passes each agent once is none.
  if (idle >= Math.max(most, workflow.agents.length)) {
    return `Agents handed over ${String(idle)} times without anybody having said anything.`;
  }
  return undefined;
}
