/**
 * What can be done now, from the state alone.
 *
 * Invariants (tests name them):
 * N1  The same log gives the same step: a crash between a step and its events costs nothing but the step.
 * N2  A run always comes to rest: every step makes the log longer, and limits bound turns, calls and repeats.
 * N3  Order: what open calls need, what their results want, then who speaks. A limit comes before all that costs.
 * N4  Child runs go on at once and wait for nobody but their parent's limits; each run takes one step at a time.
 */
import type { NewEvent, WorkflowDefinition } from '@colloquy/contracts';
import { affordableSteps, type Busy } from './affordable-steps.ts';
import { childTurnStep, joinedCalls } from './child-runs.ts';
import { decide, failure, type Context } from './context.ts';
import { guardStep } from './guard-step.ts';
import { withinLimits } from './limits.ts';
import { turnStep } from './next-speaker.ts';
import { openCallsStep, openCallStep } from './open-calls.ts';
import { childContext, contextOf } from './run-context.ts';
import { findRun } from './run-tree.ts';
import { settleCallsStep } from './settle-calls.ts';
import { endingStep } from './speak.ts';
import { takeUpStep } from './take-up.ts';
import { withSummary } from './summaries.ts';
import { withTitle } from './title.ts';
import type { ChatState, ModelRequest, PlannedStep, RunState, Step } from './types.ts';

const WAITING: Step = { kind: 'rest', status: 'waiting' };
const IDLE: Step = { kind: 'rest', status: 'idle' };
const START = 'start';
const NOBODY: Busy = new Set();
const NONE: readonly PlannedStep[] = [];
/** What a run takes in of its child runs while it takes a step of its own. */
const JOIN = '+';

/**
 * Says the one thing to do now, of several the first. Ask it at step boundaries only: when the events of the step before
 * are folded.
 * @param state - the fold of the whole log
 * @param workflow - the definition of the run that is going on; not looked at when there is none
 */
export function next(state: ChatState, workflow: WorkflowDefinition | undefined): Step {
  return nextSteps(state, workflow)[0]?.step ?? IDLE;
}

/**
 * Says everything that can be done now, by every run that goes on. A single `rest` when nothing can.
 * @param state - the fold of the whole log
 * @param workflow - the definition of the run that is going on; not looked at when there is none
 * @param busy - the keys of steps that are being taken, best with the steps: of those nothing is said, and there is no rest
 */
export function nextSteps(
  state: ChatState,
  workflow: WorkflowDefinition | undefined,
  busy: Busy = NOBODY,
): readonly PlannedStep[] {
  const { run } = state;
  if (run === undefined || state.deletedAt !== undefined) {
    return busy.size > 0 ? [] : [{ key: START, step: startStep(state) }];
  }
  const context = contextOf(state, workflow);
  const steps = context === undefined ? undefinedSteps(run, busy) : plannedSteps(context, busy);
  if (steps.length > 0 || busy.size > 0 || context === undefined) return steps;
  return [planned(run, withTitle(context, WAITING))];
}

/**
 * The step of a key as it is now, whether it is being taken or not; undefined when the run does not go on.
 */
export function stepOf(state: ChatState, workflow: WorkflowDefinition | undefined, key: string): Step | undefined {
  if (key === START) return startStep(state);
  if (state.deletedAt !== undefined || state.run === undefined) return undefined;
  const joins = key.endsWith(JOIN);
  const runId = joins ? key.slice(0, -JOIN.length) : key;
  const context = contextOf(state, workflow, runId);
  if (context !== undefined) {
    if (joins) return joinedCalls(context);
    const step = ownStep(context);
    return context.run.origin === undefined ? withTitle(context, step) : step;
  }
  // Without the whole definition the run ends as a whole; a run whose branch is gone ends by itself.
  return lostStep(workflow === undefined ? state.run : findRun(state.run, runId), key);
}

function lostStep(run: RunState | undefined, key: string): Step | undefined {
  return run === undefined ? undefined : undefinedSteps(run, new Set()).find((step) => step.key === key)?.step;
}

function startStep(state: ChatState): Step {
  const newest = state.inbox.at(-1);
  if (state.run !== undefined || state.deletedAt !== undefined) return IDLE;
  if (newest === undefined || state.workflow === undefined) return IDLE;
  // All that waits is answered together.
  return { kind: 'start_run', workflow: state.workflow, trigger: newest.seq, variables: state.variables };
}

function planned({ runId }: RunState, step: Step, key: string = runId): PlannedStep {
  return { runId, key, step };
}

/** Runs whose definition nobody has any more. */
function undefinedSteps(run: RunState, busy: Busy): readonly PlannedStep[] {
  if (busy.has(run.runId)) return [];
  const message = `The definition of the workflow "${run.workflow}" is gone.`;
  return [planned(run, decide(failure(run, { code: 'definition_missing', message, retryable: true })))];
}

function plannedSteps(context: Context, busy: Busy): readonly PlannedStep[] {
  return affordableSteps(context, treeSteps(context, busy), { busy, requestOf });
}

/** Asked of runs that are busy: what they ask is what they would ask now, whatever limits say by now. */
function requestOf(context: Context): ModelRequest | undefined {
  const step = unlimitedStep(context);
  return step.kind === 'call_model' ? step.request : undefined;
}

function treeSteps(context: Context, busy: Busy): readonly PlannedStep[] {
  const { run } = context;
  const all = innerSteps(context, busy);
  const inner = all.length > 0 && isSpent(context) ? all.filter(isFree) : all;
  if (busy.has(run.runId)) return inner;
  const step = ownStep(context);
  // What its child runs can still say for nothing is heard before a limit ends them all.
  if (endsIn(step, run)) {
    const free = inner.filter(isFree);
    return free.length > 0 ? free : [planned(run, titled(context, step))];
  }
  return step.kind === 'rest' ? inner : [planned(run, titled(context, step)), ...inner];
}

function innerSteps(context: Context, busy: Busy): readonly PlannedStep[] {
  const { children } = context.run;
  const own = joins(context, busy);
  if (children.length === 0) return own;
  const theirs = children.flatMap((child) => {
    const inside = childContext(context, child);
    return inside === undefined ? undefinedSteps(child, busy) : treeSteps(inside, busy);
  });
  return [...own, ...theirs];
}

function joins(context: Context, busy: Busy): readonly PlannedStep[] {
  const { run } = context;
  if (!busy.has(run.runId)) return NONE;
  const key = `${run.runId}${JOIN}`;
  if (busy.has(key)) return NONE;
  const step = joinedCalls(context);
  return step === undefined ? [] : [planned(run, step, key)];
}

function ownStep(context: Context): Step {
  return withSummary(context, withinLimits(context, unlimitedStep(context)), openCallStep);
}

function unlimitedStep(context: Context): Step {
  return (
    guardStep(context) ??
    openCallsStep(context) ??
    settleCallsStep(context) ??
    (context.run.origin === undefined ? takeUpStep(context) : undefined) ??
    talkStep(context)
  );
}

/** A turn that was handed to child runs goes on when they have ended, unless what was said ends the run. */
function talkStep(context: Context): Step {
  const inner = childTurnStep(context);
  return inner === undefined ? turnStep(context) : (endingStep(context) ?? inner);
}

function titled(context: Context, step: Step): Step {
  return context.run.origin === undefined && step.kind !== 'rest' ? withTitle(context, step) : step;
}

/** True when a limit of the run keeps it, and its child runs, from all that costs. */
function isSpent(context: Context): boolean {
  return withinLimits(context, WAITING) !== WAITING;
}

function isFree({ step }: PlannedStep): boolean {
  return step.kind === 'decide' && !step.events.some(costs);
}

function costs({ type }: NewEvent): boolean {
  return type === 'speaker_selected' || type === 'run_started';
}

/** A run that fails by a step of its own has the turn itself: none of its child runs goes on. */
function endsIn(step: Step, { runId }: RunState): boolean {
  return step.kind === 'decide' && step.events.some((event) => event.type === 'run_completed' && event.runId === runId);
}
