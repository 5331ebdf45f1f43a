/** Child runs, as they are written. */
import { z } from 'zod';
import { schemaYaml } from './agent.ts';
import { patternYaml } from './pattern.ts';
import { count, line, name, usd } from './scalars.ts';
import { targetYaml } from './target.ts';

/** What a run leaves to whoever asked for it. */
export const summaryYaml = z.union([
  z.enum(['last_message']),
  z
    .strictObject({
      model: line.optional().meta({ description: 'Makes it; a model name, or default' }),
      instruction: line.optional().meta({ description: 'What to sum up' }),
      function: name.optional().meta({ description: 'A tool that makes it' }),
    })
    .refine((form) => (form.model === undefined) !== (form.function === undefined), {
      message: 'must have "model" with "instruction", or "function"',
    })
    .refine((form) => (form.model === undefined) === (form.instruction === undefined), {
      message: 'must have "instruction" with "model", and only with it',
    }),
]);
/** What a run leaves, as it is written. */
export type SummaryYaml = z.output<typeof summaryYaml>;

const branchShape = {
  agents: z.array(name).min(1, 'must name at least one agent'),
  pattern: patternYaml.default('default').meta({ description: 'How the next agent is found among them' }),
  initial_agent: name.optional().meta({ description: 'Who begins; default: the first of "agents"' }),
  message: line.optional().meta({
    description: 'What it is asked; {name} is a variable, {args.name} an argument. Default: what was said last',
  }),
  history: z.enum(['none', 'all']).default('none').meta({ description: 'all: it knows what was said before' }),
  carryover: z
    .enum(['none', 'last', 'all'])
    .default('none')
    .meta({ description: 'Which summaries of the branches before it it gets' }),
  summary: summaryYaml.default('last_message').meta({ description: 'What it gives back' }),
  max_turns: count.optional(),
  budget_usd: usd.optional().meta({ description: 'Its own, within what the run has left' }),
  budget_tokens: count.optional(),
};

const branchYaml = z.strictObject({
  name: name.meta({ description: 'Its name in the log' }),
  ...branchShape,
  after: z.array(name).min(1, 'must name at least one branch').optional().meta({
    description: 'With mode all: the branches that must have ended before it begins; when one has failed it never does',
  }),
});
/** A branch as it is written. */
export type BranchYaml = z.output<typeof branchYaml>;

const own = {
  title: line.optional().meta({ description: 'What people see; default: the name' }),
  description: z.string().default('').meta({ description: 'Tells a model when to call it as a tool' }),
  input: schemaYaml
    .optional()
    .meta({ description: 'JSON Schema of its arguments as a tool; default: a text called task' }),
  then: targetYaml.optional().meta({ description: 'Where the turn goes after it; default: stay' }),
};

/** Child runs: one branch written out, or several. */
export const childYaml = z.union([
  z.strictObject({
    ...own,
    mode: z.enum(['sequence', 'all', 'any', 'first_success']).default('sequence').meta({
      description: 'sequence: one after the other; all, any, first_success: at once, and when they are joined',
    }),
    branches: z.array(branchYaml).min(1, 'must have at least one branch'),
  }),
  z.strictObject({ ...own, ...branchShape }),
]);
/** Child runs as they are written. */
export type ChildYaml = z.output<typeof childYaml>;

/** Its branches with the path of each inside the child; one that is written out has the child's name. */
export function branchesOf(child: string, written: ChildYaml): { path: (string | number)[]; branch: BranchYaml }[] {
  if ('branches' in written) return written.branches.map((branch, index) => ({ path: ['branches', index], branch }));
  const { title: _title, description: _description, input: _input, then: _then, ...branch } = written;
  return [{ path: [], branch: { name: child, ...branch } }];
}
