import type { Target } from '@colloquy/contracts';

/** Words that stand for a target and can therefore not be an agent's name. */
export const TARGET_WORDS = [
  'terminate',
  'stay',
  'revert_to_user',
  'user',
  'ask_user',
  'group_manager',
  'random',
] as const;

/** What a target can look like as one word. */
export const TARGET_FORM = /^(?:(?:child|function):)?[A-Za-z0-9_-]{1,64}$/;

/**
 * Reads a target as people write it: one of {@link TARGET_WORDS}, `child:<name>`, `function:<tool>`, else an agent's
 * name. `user` is short for `revert_to_user`.
 */
export function toTarget(written: string): Target {
  const [, kind, name = ''] = /^(child|function):(.*)$/.exec(written) ?? [];
  if (kind === 'child') return { kind, child: name };
  if (kind === 'function') return { kind, tool: name };
  const word = TARGET_WORDS.find((candidate) => candidate === written);
  if (word === undefined) return { kind: 'agent', agent: written };
  return { kind: word === 'user' ? 'revert_to_user' : word };
}
