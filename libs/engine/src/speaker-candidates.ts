/**
 * Who can be chosen to speak next. The filters are AG2's, in its order: who spoke may not speak again, then who may
 * speak after whom, then who is eligible; none left ends the run. Nobody but the agents of the workflow, and the person
 * where the pattern says so, is ever a candidate.
 */
import type { Pattern } from '@colloquy/contracts';
import type { Context } from './context.ts';
import { holds } from './expression/evaluate-expression.ts';
import { agentOf } from './model-tools.ts';
import { TO_PERSON } from './reserved-tools.ts';
import { scopeOf } from './scope-of.ts';

/** Everybody in the order in which they take turns: the initial agent, the others as listed, the person last. */
export function everybody({ workflow: { agents, pattern } }: Context): readonly string[] {
  const { initialAgent } = pattern;
  const others = agents.map(({ name }) => name).filter((name) => name !== initialAgent);
  return [initialAgent, ...others, ...(pattern.person === true ? [TO_PERSON] : [])];
}

/** Who can be chosen now, of those whom a target names or of everybody; in order. */
export function candidatesOf(context: Context, named: readonly string[] = everybody(context)): readonly string[] {
  const { workflow } = context;
  const known = named.filter((name) => agentOf(workflow, name) !== undefined || name === TO_PERSON);
  return [...new Set(known)].filter((name) => mayFollow(context, name) && isEligible(context, name));
}

/** What a target that names no candidates means: everybody but the one that spoke. */
export function othersOf(context: Context): readonly string[] {
  return everybody(context).filter((name) => name !== context.run.speaker);
}

/** True when the pattern lets `name` speak after the one that spoke last. */
function mayFollow({ run: { speaker }, workflow: { pattern } }: Context, name: string): boolean {
  if (speaker === undefined) return true;
  if (name === speaker && !mayRepeat(pattern, name)) return false;
  const { transitions } = pattern;
  if (transitions === undefined) return true;
  return Object.hasOwn(transitions, speaker) && transitions[speaker]?.includes(name) === true;
}

/** AG2's random pattern never chooses the one that spoke. */
function mayRepeat({ kind, mayRepeat: allowed = kind !== 'random' }: Pattern, name: string): boolean {
  return typeof allowed === 'boolean' ? allowed : allowed.includes(name);
}

function isEligible(context: Context, name: string): boolean {
  const { eligible } = context.workflow.pattern;
  return eligible === undefined || !Object.hasOwn(eligible, name) || holds(eligible[name], scopeOf(context));
}
