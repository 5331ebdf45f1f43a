import type { Context } from './context.ts';
import { speakerRunOf } from './speaker-run.ts';

/** So many handoffs in a row that lead nowhere are a loop when the workflow does not say. */
const MAX_REPEATED = 10;

/** Why the handoffs of a run lead nowhere, in words for the person; undefined when they do not. */
export function handoffLoop({ run, workflow }: Context): string | undefined {
  const most = workflow.limits.maxRepeatedHandoffs ?? MAX_REPEATED;
  const { swings, silentSwings, idle, detours } = speakerRunOf(run);
  // Two who say something each time may be writer and critic: how long that goes on is for the workflow to say.
  const back = workflow.limits.maxRepeatedHandoffs === undefined ? silentSwings : swings.count;
  if (back >= most) return `The same two agents handed over to each other ${String(back)} times.`;
  // A chain that passes each agent once is none.
  if (idle >= Math.max(most, workflow.agents.length)) {
    return `Agents handed over ${String(idle)} times without anybody having said anything.`;
  }
  const targets = workflow.agents.length + workflow.tools.length + (workflow.children?.length ?? 0);
  if (detours >= Math.max(most, targets)) {
    return `The turn was handed on ${String(detours)} times without anybody having got it.`;
  }
  return undefined;
}
