import type { AgentDefinition, Target, Variables } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { TRANSFER_PREFIX } from './reserved-tools.ts';
import { scopeOf } from './scope-of.ts';
import { nameOfTarget } from './target-names.ts';
import type { ModelTool } from './types.ts';
import { fillTemplate, isTemplate } from './fill-template.ts';

/** A handoff as the model sees it: a tool, and where it leads. */
export interface HandoffTool {
  readonly target: Target;
  readonly tool: ModelTool;
}

const MAX_LENGTH = 64;

const HANDOFF_INPUT: ModelTool['inputSchema'] = {
  type: 'object',
  properties: { reason: { type: 'string', description: 'Why, in one sentence' } },
  additionalProperties: false,
};

interface Offer extends HandoffTool {
  readonly available: string | undefined;
  /** True when its description has variables to fill in. */
  readonly isTemplate: boolean;
}

interface Offers {
  readonly all: readonly Offer[];
  /** True when no variable changes anything in them. */
  readonly fixed: boolean;
}

/** What follows from a definition alone is worked out once: it is asked for with every step and every reply. */
const offers = new WeakMap<AgentDefinition, Offers>();

/**
 * The handoffs that a model may choose now. A tool of the agent's own that has the same name comes before; of several
 * handoffs to one target the second is `…_2`, and so on, whichever of them are available.
 */
export function handoffTools(
  context: Pick<Context, 'run' | 'workflow'>,
  agent: AgentDefinition,
): readonly HandoffTool[] {
  const { all, fixed } = offersOf(agent);
  if (fixed) return all;
  const scope = scopeOf(context);
  return all
    .filter(({ available }) => holds(available, scope))
    .map((offer) => (offer.isTemplate ? filled(offer, scope.variables) : offer));
}

function filled({ target, tool }: Offer, variables: Variables): HandoffTool {
  return { target, tool: { ...tool, description: fillTemplate(tool.description, variables) } };
}

function offersOf(agent: AgentDefinition): Offers {
  const known = offers.get(agent);
  if (known !== undefined) return known;
  const taken = new Set(agent.tools);
  const all = agent.handoffs.flatMap(({ target, description, available }): Offer[] => {
    const plain = toolName(target, '');
    if (agent.tools.includes(plain)) return [];
    const name = freeName(target, taken);
    taken.add(name);
    const tool = { name, description, inputSchema: HANDOFF_INPUT };
    return [{ target, tool, available, isTemplate: isTemplate(description) }];
  });
  const made = { all, fixed: all.every((offer) => offer.available === undefined && !offer.isTemplate) };
  offers.set(agent, made);
  return made;
}

function freeName(target: Target, taken: ReadonlySet<string>): string {
  for (let number = 1; ; number++) {
    const name = toolName(target, number === 1 ? '' : `_${String(number)}`);
    if (!taken.has(name)) return name;
  }
}

function toolName(target: Target, suffix: string): string {
  return `${TRANSFER_PREFIX}${nameOfTarget(target)}`.slice(0, MAX_LENGTH - suffix.length) + suffix;
}
