/** How the next agent is found, as it is written. */
import { z } from 'zod';
import { count, expression, line, name } from './scalars.ts';
import { afterWorkYaml } from './target.ts';

const KINDS = ['default', 'auto', 'round_robin', 'random', 'manual'] as const;

const shape = {
  transitions: z
    .record(name, z.array(name))
    .optional()
    .meta({ description: 'Who may speak after whom; an agent without an entry ends the run' }),
  may_repeat: z
    .union([z.boolean(), z.array(name)])
    .optional()
    .meta({ description: 'May the one who spoke be chosen again? true, false, or a list of agents; default: true' }),
  eligible: z
    .record(name, expression)
    .optional()
    .meta({ description: 'An agent can be chosen only while this is true' }),
  person: z.boolean().optional().meta({ description: 'The person is a candidate too: user' }),
  introductions: z
    .boolean()
    .optional()
    .meta({ description: 'Each agent is told the names and descriptions of the others' }),
  max_rounds: count.optional().meta({ description: 'A round is as many turns as there are agents' }),
};

/** A pattern: its name, or a map with its settings. */
export const patternYaml = z
  .union([
    z.enum(KINDS),
    z.discriminatedUnion('kind', [
      z.strictObject({
        kind: z.literal('default'),
        ...shape,
        after_work: afterWorkYaml
          .optional()
          .meta({ description: 'For agents that do not say; default: revert_to_user' }),
      }),
      z.strictObject({
        kind: z.literal('auto'),
        ...shape,
        model: line.optional().meta({ description: 'Chooses; default: default' }),
        instruction: line.optional().meta({ description: 'How to choose; {name} is a variable' }),
        max_retries: z.int('must be a whole number').min(0).optional().meta({ description: 'Default: 2' }),
      }),
      z.strictObject({ kind: z.literal('round_robin'), ...shape }),
      z.strictObject({ kind: z.literal('random'), ...shape }),
      z.strictObject({ kind: z.literal('manual'), ...shape }),
    ]),
  ])
  .meta({ id: 'Pattern' });
/** A pattern as it is written. */
export type PatternYaml = z.output<typeof patternYaml>;
/** A pattern with its settings. */
export type PatternSettings = Exclude<PatternYaml, string>;

/** The settings, also of a pattern that is only named. */
export function patternSettings(pattern: PatternYaml): PatternSettings {
  return typeof pattern === 'string' ? { kind: pattern } : pattern;
}
