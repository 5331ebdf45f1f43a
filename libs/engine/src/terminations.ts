/** What ends a run because of what was said, or of what the variables say. */
import type { AgentDefinition } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { agentOf } from './model-tools.ts';
import { found } from './regex.ts';

type Termination = NonNullable<AgentDefinition['endsOn']>[number];

const NONE: readonly Termination[] = [];

/** Why the run ends now, in words for the person; undefined when it goes on. */
export function terminationReason(context: Context): string | undefined {
  const { run, workflow } = context;
  const { terminateOn, endsOn = NONE } = workflow;
  const isOver = (termination: Termination): boolean => applies(context, termination);
  const whole = terminateOn ? [{ kind: 'contains' as const, text: terminateOn }] : NONE;
  const own = agentOf(workflow, run.speaker)?.endsOn ?? NONE;
  const applied = whole.find(isOver) ?? own.find(isOver) ?? endsOn.find(isOver);
  return applied === undefined ? undefined : inWords(applied);
}

function applies({ run, workflow }: Context, termination: Termination): boolean {
  const reply = run.lastReply;
  switch (termination.kind) {
    case 'contains':
      return reply?.includes(termination.text) ?? false;
    case 'equals':
      return reply?.trim() === termination.text.trim();
    case 'matches':
      return reply !== undefined && found(termination.pattern, termination.flags ?? 'iu', reply);
    case 'when':
      // Of a turn that goes on nobody knows yet what it comes to.
      return run.turnEnded && holds(termination.when, { variables: { ...workflow.variables, ...run.variables } });
  }
}

function inWords(termination: Termination): string {
  switch (termination.kind) {
    case 'contains':
      return `The reply contains "${termination.text}".`;
    case 'equals':
      return `The reply is "${termination.text}".`;
    case 'matches':
      return `The reply matches "${termination.pattern}".`;
    case 'when':
      return `This holds: ${termination.when}`;
  }
}
