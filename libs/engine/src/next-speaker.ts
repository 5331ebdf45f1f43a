/**
 * Who speaks next. The order is AG2's: the initial agent at the very first; a handoff that waits; after a tool's result
 * the same agent; then the after-work of the agent, then that of the group or its pattern.
 */
import type { NewEvent, NewEventOf, Target } from '@colloquy/contracts';
import { completion, decide, titleOf, type Context } from './context.ts';
import { agentOf, targetOfName } from './model-tools.ts';
import { endingStep, speakStep } from './speak.ts';
import type { RunState, Step } from './types.ts';

type By = NewEventOf<'speaker_selected'>['by'];

/** The step that goes on with the talk when nothing else is open. */
export function turnStep(context: Context): Step {
  const { run, workflow } = context;
  const ending = endingStep(context);
  if (ending !== undefined) return ending;
  if (run.speaker === undefined) return select(context, workflow.pattern.initialAgent, 'pattern');
  if (run.pendingHandoff !== undefined) {
    const target = targetOfName(workflow, run.pendingHandoff.to);
    return decide(target === undefined ? nobody(run) : go(context, target, 'handoff'));
  }
  return run.turnEnded ? afterWork(context, run.speaker) : speak(context, run.speaker);
}

function select(context: Context, agent: string, by: By): Step {
  return decide(selected(context, agent, by));
}

function selected({ run, workflow }: Context, agent: string, by: By): NewEvent[] {
  if (agentOf(workflow, agent) === undefined) return nobody(run);
  return [{ type: 'speaker_selected', runId: run.runId, agent, by }];
}

function nobody(run: RunState): NewEvent[] {
  return completion(run, 'no_next_speaker', 'Nobody is to speak next.');
}

function go(context: Context, target: Target, by: By): NewEvent[] {
  const { run, workflow } = context;
  switch (target.kind) {
    case 'agent':
      return selected(context, target.agent, by);
    case 'stay':
      return run.speaker === undefined ? nobody(run) : selected(context, run.speaker, by);
    case 'terminate':
      return completion(run, 'handoff_terminate', `${titleOf(workflow, run.speaker ?? '')} has finished.`);
    case 'revert_to_user':
      return completion(run, 'no_next_speaker', 'It is the turn of the person.');
    default:
      return nobody(run);
  }
}

function afterWork(context: Context, speaker: string): Step {
  const { run, workflow } = context;
  const own = agentOf(workflow, speaker)?.afterWork;
  if (own === undefined && workflow.pattern.kind === 'round_robin') return nextInRound(context, speaker);
  const target = own ?? (workflow.pattern.kind === 'default' ? workflow.pattern.afterWork : undefined);
  if (target === undefined) return decide(nobody(run));
  const events = go(context, target, 'after_work');
  if (target.kind !== 'agent' || agentOf(workflow, target.agent) === undefined) return decide(events);
  const { runId } = run;
  const to = target.agent;
  return decide([{ type: 'handoff', runId, agent: speaker, from: speaker, to, by: 'after_work' }, ...events]);
}

/** The initial agent, then the others as they are listed, then again from the beginning. */
function nextInRound(context: Context, speaker: string): Step {
  const { initialAgent } = context.workflow.pattern;
  const names = context.workflow.agents.map(({ name }) => name);
  const order = [initialAgent, ...names.filter((name) => name !== initialAgent)];
  const next = order[(order.indexOf(speaker) + 1) % order.length];
  return next === undefined ? decide(nobody(context.run)) : select(context, next, 'pattern');
}

function speak(context: Context, speaker: string): Step {
  const agent = agentOf(context.workflow, speaker);
  if (agent === undefined) return decide(nobody(context.run));
  return speakStep(context, agent) ?? afterWork(context, speaker);
}
