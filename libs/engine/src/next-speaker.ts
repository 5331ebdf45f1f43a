/**
 * Who speaks next. The order is AG2's: the initial agent at the very first; a handoff that waits; after a tool's result
 * the same agent; then the after-works of the agent, then those of the group or its pattern. An agent that has its turn
 * first hands over when one of its conditions holds; only then its model is called.
 */
import type { AgentDefinition, Pattern, Target } from '@colloquy/contracts';
import { chooseByModel, chooseByPerson, nextInOrder } from './choose-speaker.ts';
import { firstThatHolds } from './context-handoffs.ts';
import { decide, type Context } from './context.ts';
import { agentOf } from './model-tools.ts';
import { nobody, selected } from './selected-events.ts';
import { candidatesOf } from './speaker-candidates.ts';
import { endingStep, speakStep } from './speak.ts';
import { chooseStep, filled, handOver, pendingStep, selectedAtRandom } from './take-target.ts';
import type { Step } from './types.ts';

/** The step that goes on with the talk when nothing else is open. */
export function turnStep(context: Context): Step {
  const { run, workflow } = context;
  const ending = endingStep(context);
  if (ending !== undefined) return ending;
  if (run.speaker === undefined) return decide(selected(context, workflow.pattern.initialAgent, { by: 'pattern' }));
  if (run.pendingHandoff !== undefined) return pendingStep(context, run.pendingHandoff);
  const agent = agentOf(workflow, run.speaker);
  if (run.turnEnded) return afterWorkStep(context, agent);
  if (agent === undefined) return decide(nobody(context));
  return speakStep(context, agent) ?? afterWorkStep(context, agent);
}

/** Where the turn goes when nothing else decided: what the agent says comes before what the group says. */
export function afterWorkStep(context: Context, agent: AgentDefinition | undefined): Step {
  const own = firstThatHolds(context, agent?.afterWorks) ?? agent?.afterWork;
  return own === undefined
    ? patternStep(context, context.workflow.pattern)
    : decide(handOver(context, own, 'after_work'));
}

function patternStep(context: Context, pattern: Pattern): Step {
  switch (pattern.kind) {
    case 'default':
      return groupStep(context, firstThatHolds(context, pattern.afterWorks) ?? pattern.afterWork);
    case 'round_robin': {
      const next = nextInOrder(context, candidatesOf(context));
      return decide(next === undefined ? nobody(context) : selected(context, next, { by: 'pattern' }));
    }
    case 'random':
      return decide(selectedAtRandom(context, candidatesOf(context), 'pattern'));
    case 'manual':
      return chooseByPerson(context, { candidates: candidatesOf(context), by: 'pattern' });
    case 'auto': {
      const instruction = filled(context, pattern.instruction);
      return chooseByModel(context, { candidates: candidatesOf(context), by: 'pattern', instruction });
    }
  }
}

/** What the group lays down is bound by who may speak after whom; an agent's own handoff is not. */
function groupStep(context: Context, target: Target): Step {
  const bound = target.kind === 'agent' && agentOf(context.workflow, target.agent) !== undefined;
  if (bound && !candidatesOf(context).includes(target.agent)) return decide(nobody(context));
  if (target.kind === 'ask_user' || target.kind === 'group_manager') return chooseStep(context, target, 'after_work');
  return decide(handOver(context, target, 'after_work'));
}
