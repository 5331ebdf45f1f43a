/** An agent, as it is written. */
import { jsonSchema } from '@colloquy/contracts';
import { z } from 'zod';
import { toolRefYaml } from './outside-tools.ts';
import { count, expiresAfter, expression, line, name, onExpiry, variableName } from './scalars.ts';
import { afterWorkYaml, targetYaml } from './target.ts';

/** What becomes of questions that nobody answers. */
export const questionsYaml = z.strictObject({
  expires_after: expiresAfter.optional(),
  on_expiry: onExpiry.optional(),
  default_answer: z
    .union([line, z.record(z.string(), jsonSchema)])
    .optional()
    .meta({
      description:
        'Stands for the answer of a text, of a choice that offers it, or (a map) of a form that it fits; never for an approval',
    }),
});

const handoffYaml = z.strictObject({
  to: targetYaml,
  when: line.meta({ description: 'Tells the model when to hand over; {name} is a variable' }),
  available: expression.optional().meta({ description: 'It is offered only while this is true' }),
});

const contextHandoffYaml = z.strictObject({
  when: expression,
  to: targetYaml,
  available: expression.optional().meta({ description: 'It is looked at only while this is true' }),
});

const updateYaml = z.strictObject({
  when: expression.optional().meta({ description: 'Only while this is true' }),
  set: z
    .record(variableName, z.union([line, z.number(), z.boolean(), z.null()]))
    .meta({ description: 'Variable to expression; a text is written in quotes of its own' }),
});

/** A reply that ends the run: a text that it contains, or a map with one way to tell. */
export const endYaml = z.union([
  line,
  z
    .strictObject({
      contains: line.optional(),
      equals: line.optional(),
      matches: line.optional().meta({ description: 'A regular expression' }),
      flags: line.optional().meta({ description: 'Of the regular expression' }),
      when: expression.optional(),
    })
    .refine(({ flags: _, ...ways }) => Object.values(ways).filter((way) => way !== undefined).length === 1, {
      message: 'must have exactly one of: contains, equals, matches, when',
    })
    .refine(({ matches, flags }) => flags === undefined || matches !== undefined, {
      path: ['flags'],
      message: 'does nothing without "matches"',
    }),
]);
/** A reply that ends the run. */
export type EndYaml = z.output<typeof endYaml>;

const jsonMap = z.record(z.string(), jsonSchema);

/** A JSON Schema: written out, or a file beside the workflow.yaml. */
export const schemaYaml = z.union([
  z.string().regex(/\.json$/, 'must be a map, or the name of a .json file beside this one'),
  jsonMap,
]);
/** A JSON Schema as it is written. */
export type SchemaYaml = z.output<typeof schemaYaml>;

/** What a reply must look like: a schema, or settings with a schema. */
export const outputYaml = z.union([
  z.strictObject({
    schema: schemaYaml,
    strict: z.boolean().default(true).meta({ description: 'Asks the provider to keep to it; default: true' }),
    max_retries: z.int('must be a whole number').min(0).default(2).meta({ description: 'Default: 2' }),
    save_to: variableName.optional().meta({ description: 'Variable that gets the reply' }),
  }),
  schemaYaml,
]);
/** What a reply must look like, as it is written. */
export type OutputYaml = z.output<typeof outputYaml>;
/** The same with its settings. */
export type OutputSettings = Extract<OutputYaml, { schema: SchemaYaml; strict: boolean }>;

const SETTINGS = ['schema', 'strict', 'max_retries', 'save_to'];

/** Is it settings with a schema (true), or a schema alone? */
export function isOutputSettings(output: OutputYaml): output is OutputSettings {
  return typeof output === 'object' && 'schema' in output && Object.keys(output).every((key) => SETTINGS.includes(key));
}

/** The settings, also of a schema alone. */
export function outputSettings(output: OutputYaml): OutputSettings {
  return isOutputSettings(output) ? output : { schema: output, strict: true, max_retries: 2 };
}

const contextYaml = z.strictObject({
  max_tokens: count.meta({
    description: 'Estimated tokens of a call: all messages, and the schemas of its tools and its reply',
  }),
  keep_last: count.default(6).meta({ description: 'So many newest messages always stay whole; default: 6' }),
  summarize: z
    .boolean()
    .default(false)
    .meta({ description: 'true: a model sums up what does not fit; default: it is left out' }),
  model: line.optional().meta({ description: 'Makes the summary; default: that of the agent' }),
});

/** The model of an agent: a name, or one with those that answer when it fails. */
export const modelYaml = z.union([
  line,
  z.strictObject({
    use: line.default('default').meta({ description: 'A model name, or default' }),
    fallbacks: z
      .array(line)
      .min(1, 'must have at least one model')
      .meta({ description: 'Models that answer instead, in this order, when the one before has failed for good' }),
  }),
]);

/** The models of an agent in the order in which they are tried. */
export function modelsOf(model: z.output<typeof modelYaml>): { use: string; fallbacks: readonly string[] } {
  return typeof model === 'string' ? { use: model, fallbacks: [] } : model;
}

/** An agent of a workflow.yaml. */
export const agentYaml = z.strictObject({
  name: name.meta({ description: 'Its name in this file and in the log' }),
  title: line.optional().meta({ description: 'What people see; default: the name' }),
  description: z.string().default('').meta({ description: 'What it is for' }),
  system_message: line.meta({ description: 'Its instructions' }),
  model: modelYaml.default('default').meta({
    description: 'A model name, or default: the one of OPENAI_MODEL; or a map, with models to fall back to',
  }),
  parameters: jsonMap.default({}).meta({ description: 'Passed to the model: temperature, max_completion_tokens, …' }),
  tools: z.array(toolRefYaml).default([]).meta({ description: 'Names of the tools it may call, and of children' }),
  handoffs: z.array(handoffYaml).default([]).meta({ description: 'Whom its model may hand over to, and when' }),
  context_handoffs: z
    .array(contextHandoffYaml)
    .default([])
    .meta({ description: 'Whom it hands over to before it speaks, by what the variables say' }),
  after_work: afterWorkYaml.optional().meta({
    description: 'Where the turn goes when it has answered and not handed over: a target, or a list with conditions',
  }),
  updates: z.array(updateYaml).default([]).meta({ description: 'Variables that change before each of its turns' }),
  output: outputYaml.optional().meta({ description: 'JSON Schema that its replies must fit' }),
  ends_on: z.array(endYaml).default([]).meta({ description: 'A reply of it that ends the run' }),
  person: z.enum(['never', 'always', 'on_end']).optional().meta({
    description: 'always: the person is asked before each of its turns; on_end: before it ends the run',
  }),
  max_replies: count.optional().meta({ description: 'Turns in a run; then its after_work decides without it' }),
  context: contextYaml.optional().meta({ description: 'How much of the chat its model sees' }),
  ask_person: z.boolean().default(false).meta({ description: 'May it put questions to the person?' }),
  questions: questionsYaml.optional().meta({ description: 'What becomes of its questions when nobody answers' }),
});
/** An agent as it is written. */
export type AgentYaml = z.output<typeof agentYaml>;
