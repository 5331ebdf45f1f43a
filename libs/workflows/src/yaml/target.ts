/** Where a turn goes, as people write it. */
import type { Target } from '@colloquy/contracts';
import { z } from 'zod';
import { TARGET_FORM, toTarget } from '../to-target.ts';
import { expression, line, name } from './scalars.ts';

const candidates = z.array(name).min(1, 'must name at least one agent');

/** The forms with options: a map with exactly one of these keys. */
const optionsForm = z
  .strictObject({
    random: candidates.optional().meta({ description: 'One of these agents, by chance' }),
    ask_user: candidates.optional().meta({ description: 'The person chooses one of these' }),
    group_manager: z
      .strictObject({
        candidates: candidates.optional(),
        instruction: line.optional().meta({ description: 'How to choose; {name} is a variable' }),
      })
      .optional()
      .meta({ description: 'A model chooses' }),
  })
  .refine((form) => Object.values(form).filter((value) => value !== undefined).length === 1, {
    message: 'must have exactly one of: random, ask_user, group_manager',
  });

/** A target: a word, a name, or a map with options. */
export const targetYaml = z
  .union([
    z
      .string()
      .regex(TARGET_FORM, 'must be the name of an agent, a word such as terminate, child:<name> or function:<tool>'),
    optionsForm,
  ])
  .meta({
    id: 'Target',
    description:
      'The name of an agent, or: terminate, stay, user (or revert_to_user), ask_user, group_manager, random, child:<name>, function:<tool>; with options: { random: [a, b] }',
  });
/** A target as it is written. */
export type TargetYaml = z.output<typeof targetYaml>;

/** The target that is meant. */
export function targetOf(written: TargetYaml): Target {
  if (typeof written === 'string') return toTarget(written);
  const { random, ask_user, group_manager } = written;
  if (random !== undefined) return { kind: 'random', candidates: random };
  if (ask_user !== undefined) return { kind: 'ask_user', candidates: ask_user };
  return {
    kind: 'group_manager',
    ...(group_manager?.candidates === undefined ? {} : { candidates: group_manager.candidates }),
    ...(group_manager?.instruction === undefined ? {} : { instruction: group_manager.instruction }),
  };
}

/** Several after-works: the first that applies. */
const afterWorkList = z
  .array(
    z.strictObject({
      to: targetYaml,
      when: expression.optional().meta({ description: 'It applies only while this is true' }),
      available: expression.optional().meta({ description: 'It is looked at only while this is true' }),
    }),
  )
  .min(1, 'must name at least one target');

/** Where the turn goes when an agent is done: a target, or a list of them with conditions. */
export const afterWorkYaml = z.union([targetYaml, afterWorkList]).meta({ id: 'AfterWork' });
/** After-works as they are written. */
export type AfterWorkYaml = z.output<typeof afterWorkYaml>;
/** One of a list of after-works. */
export type AfterWorkEntry = z.output<typeof afterWorkList>[number];

/** The entries of a list, or the one target as an entry. */
export function afterWorkEntries(written: AfterWorkYaml | undefined): readonly AfterWorkEntry[] {
  if (written === undefined) return [];
  return Array.isArray(written) ? written : [{ to: written }];
}

/** True when nothing but its turn decides whether it applies. */
export const isUnconditional = ({ when, available }: AfterWorkEntry): boolean =>
  when === undefined && available === undefined;
