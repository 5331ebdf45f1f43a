/** How the turn gets to a target: at once, or after the choice, the child runs or the tool that it takes. */
import type { NewEvent, Target } from '@colloquy/contracts';
import { chooseByModel, chooseByPerson } from './choose-speaker.ts';
import { completion, decide, titleOf, type Context } from './context.ts';
import { functionStep } from './function-target.ts';
import { handoffTo, type HandoffBy } from './handoff-event.ts';
import { variablesIn } from './scope-of.ts';
import { seededChoice } from './seeded-choice.ts';
import { nobody, selected, type SelectedBy } from './selected-events.ts';
import { candidatesOf, othersOf } from './speaker-candidates.ts';
import { hasTarget, nameOfTarget, targetOfName } from './target-names.ts';
import type { RunState, Step } from './types.ts';
import { fillTemplate } from './fill-template.ts';

/** The events by which the speaker hands over to a target, when nothing else is pending. */
export function handOver(context: Context, target: Target, by: HandoffBy): NewEvent[] {
  const { run, workflow } = context;
  const { speaker } = run;
  if (speaker === undefined || !hasTarget(workflow, target)) return nobody(context, missing(target));
  switch (target.kind) {
    case 'agent':
      return [handoffTo(run, { from: speaker, target, by }), ...arrive(context, target, selectedBy(by))];
    case 'stay':
    case 'terminate':
    case 'revert_to_user':
      return arrive(context, target, selectedBy(by));
    case 'random':
      return drawn(context, target, by);
    default:
      return [handoffTo(run, { from: speaker, target, by })];
  }
}

/** The step that takes a handoff on whose target has not got the turn yet. */
export function pendingStep(context: Context, pending: NonNullable<RunState['pendingHandoff']>): Step {
  const { workflow } = context;
  const target = pending.target ?? targetOfName(workflow, pending.to);
  if (target === undefined || !hasTarget(workflow, target)) return decide(nobody(context, missing(target)));
  const by = selectedBy(pending.by);
  switch (target.kind) {
    case 'random':
      return decide(selectedAtRandom(context, candidatesFor(context, target), by));
    case 'ask_user':
    case 'group_manager':
      return chooseStep(context, target, by);
    case 'function':
      return functionStep(context, target, (found) => handOver(context, found, pending.by));
    case 'child':
      return decide(nobody(context, `The child runs "${target.child}" cannot begin here.`));
    default:
      return decide(arrive(context, target, by));
  }
}

/** The step by which somebody chooses out of the candidates of a target. */
export function chooseStep(
  context: Context,
  target: Extract<Target, { kind: 'ask_user' | 'group_manager' }>,
  by: SelectedBy,
): Step {
  const candidates = candidatesFor(context, target);
  if (target.kind === 'ask_user') return chooseByPerson(context, { candidates, by });
  const instruction = filled(context, target.instruction);
  return chooseByModel(context, { candidates, by, instruction });
}

/** An instruction with the variables of the run in it. */
export function filled(context: Context, instruction: string | undefined): string | undefined {
  return instruction === undefined ? undefined : fillTemplate(instruction, variablesIn(context));
}

/** One of the candidates, by the run and its turn alone: the same whoever works it out. */
export function selectedAtRandom(context: Context, candidates: readonly string[], by: SelectedBy): NewEvent[] {
  const { run } = context;
  const chosen = seededChoice(candidates, `${run.runId} ${String(run.turns)}`);
  return chosen === undefined ? nobody(context) : selected(context, chosen, { by, candidates: [...candidates] });
}

function candidatesFor(context: Context, { candidates }: { candidates?: readonly string[] | undefined }) {
  return candidatesOf(context, candidates ?? othersOf(context));
}

function drawn(context: Context, target: Extract<Target, { kind: 'random' }>, by: HandoffBy): NewEvent[] {
  const events = selectedAtRandom(context, candidatesFor(context, target), selectedBy(by));
  const [first] = events;
  const { run } = context;
  if (first?.type !== 'speaker_selected' || run.speaker === undefined) return events;
  return [handoffTo(run, { from: run.speaker, target: { kind: 'agent', agent: first.agent }, by }), ...events];
}

function arrive(
  context: Context,
  target: Extract<Target, { kind: 'agent' | 'stay' | 'terminate' | 'revert_to_user' }>,
  by: SelectedBy,
) {
  const { run, workflow } = context;
  switch (target.kind) {
    case 'agent':
      return selected(context, target.agent, { by });
    case 'stay':
      return run.speaker === undefined ? nobody(context) : selected(context, run.speaker, { by });
    case 'terminate':
      return completion(run, 'handoff_terminate', `${titleOf(workflow, run.speaker ?? '')} has finished.`);
    case 'revert_to_user':
      return completion(run, 'no_next_speaker', 'It is the turn of the person.');
  }
}

function selectedBy(by: HandoffBy): SelectedBy {
  return by === 'after_work' ? 'after_work' : 'handoff';
}

function missing(target: Target | undefined): string | undefined {
  return target === undefined ? undefined : `There is no "${nameOfTarget(target)}" to hand over to.`;
}
