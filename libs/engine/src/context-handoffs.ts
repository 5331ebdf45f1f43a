import type { AgentDefinition, Target } from '@colloquy/contracts';
import { decide, type Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { scopeOf } from './scope-of.ts';
import { handOver } from './take-target.ts';
import type { Step } from './types.ts';

interface Conditional {
  readonly when?: string | undefined;
  readonly available?: string | undefined;
  readonly target: Target;
}

/** The target of the first entry of a list that is available and holds. */
export function firstThatHolds(context: Context, list: readonly Conditional[] | undefined): Target | undefined {
  if (list === undefined) return undefined;
  const scope = scopeOf(context);
  return list.find(({ available, when }) => holds(available, scope) && holds(when, scope))?.target;
}

/**
 * The handoff by condition that applies, whenever the agent is about to speak: at its turn and after its tools, since
 * what these set is what such conditions are about. Undefined when the agent is to speak.
 */
export function contextHandoffStep(context: Context, agent: AgentDefinition): Step | undefined {
  const target = firstThatHolds(context, agent.contextHandoffs);
  // Whoever is to keep the turn, or has it, speaks: the conditions further down are passed over.
  if (target === undefined || target.kind === 'stay') return undefined;
  if (target.kind === 'agent' && target.agent === agent.name) return undefined;
  return decide(handOver(context, target, 'context'));
}
