import type { Json, Variables } from '@colloquy/contracts';
import type { Context } from './context.ts';
import type { Scope } from './expression/expression-node.ts';

/** The variables of a run as everything sees them: its own before what the workflow begins with. */
export function variablesIn({ run, workflow }: Pick<Context, 'run' | 'workflow'>): Variables {
  return { ...workflow.variables, ...run.variables };
}

/** What the names in the expressions of a run mean; with the arguments of a call where it is about one. */
export function scopeOf(context: Pick<Context, 'run' | 'workflow'>, args?: Json): Scope {
  const variables = variablesIn(context);
  return args === undefined ? { variables } : { variables, args };
}
