import type { NewEvent, Target, Variables } from '@colloquy/contracts';
import { completion, decide, type Context } from './context.ts';
import { handoffTo } from './handoff-event.ts';
import { hasTarget } from './target-names.ts';
import type { Step } from './types.ts';

/**
 * When all calls of a reply have answered: sets the variables that they want, in call order, and sends the turn where
 * the last of them that names a target wants it, unless a guardrail has already moved it. Undefined when they want nothing (any more).
 */
export function settleCallsStep(context: Context): Step | undefined {
  const { run } = context;
  if (!run.replyCalls.some(({ set, target }) => set !== undefined || target !== undefined)) return undefined;
  const sets = run.replyCalls.flatMap(({ set }) => (set === undefined || Object.keys(set).length === 0 ? [] : [set]));
  const events: NewEvent[] = [];
  if (sets.length > 0) {
    const set: Variables = Object.assign({}, ...sets) as Variables;
    events.push({ type: 'context_updated', runId: run.runId, set });
  }
  // A guardrail that has sent the turn elsewhere is not overruled by a call of the same reply, also not by a later one.
  const redirected = run.pendingHandoff?.by === 'context';
  const target = redirected ? undefined : run.replyCalls.findLast((call) => call.target !== undefined)?.target;
  if (target !== undefined) events.push(...towards(context, target));
  return events.length > 0 ? decide(events) : undefined;
}

/** A target that the workflow does not have is passed over: the agent goes on with the results. */
function towards({ run, workflow }: Context, target: Target): NewEvent[] {
  const { runId, speaker } = run;
  if (speaker === undefined || !hasTarget(workflow, target)) return [];
  switch (target.kind) {
    case 'terminate':
      return completion(run, 'tool_finished', 'A tool finished the work.');
    case 'revert_to_user':
      return completion(run, 'no_next_speaker', 'It is the turn of the person.');
    case 'stay':
      // Only a handoff that the same reply asked for has to be taken back; without one the agent speaks on anyway.
      if (run.pendingHandoff === undefined) return [];
      return [{ type: 'speaker_selected', runId, agent: speaker, by: 'handoff', reason: 'A tool kept the turn here' }];
    default:
      return [handoffTo(run, { from: speaker, target, by: 'tool' })];
  }
}
