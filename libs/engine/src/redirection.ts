import type { Guardrail, NewEvent } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { handoffTo } from './handoff-event.ts';

/** What sends the turn where a guardrail wants it; nothing when the guardrail does not say where. */
export function redirection({ run }: Context, from: string, { name, target }: Guardrail): NewEvent[] {
  if (target === undefined) return [];
  return [handoffTo(run, { from, target, by: 'context', reason: `The guardrail ${name} has found something.` })];
}
