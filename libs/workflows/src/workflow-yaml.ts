import { jsonSchema, NAME_PATTERN } from '@colloquy/contracts';
import { z } from 'zod';

const NAME_RULE = 'must be 1 to 64 letters, digits, "_" or "-"';
const name = z.string().regex(NAME_PATTERN, NAME_RULE);
const line = z.string().trim().min(1, 'must not be empty');
const target = z
  .string()
  .regex(NAME_PATTERN, NAME_RULE)
  .meta({ description: 'The name of an agent, or terminate, stay or revert_to_user' });
const count = z.int('must be a whole number').min(1, 'must be at least 1');

/** A time span as people write it: 500ms, 90s, 10m, 2h. */
const DURATION = /^(\d+)(ms|s|m|h)$/;
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a time span such as `90s`; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isUnit(unit)) return undefined;
  return Number(match[1]) * UNIT_MS[unit];
}

const isUnit = (unit: string | undefined): unit is keyof typeof UNIT_MS => unit !== undefined && unit in UNIT_MS;

const duration = z
  .string()
  .regex(DURATION, 'must be a time span such as 90s, 10m or 2h')
  .meta({ description: 'A time span: 500ms, 90s, 10m, 2h' });

/** What a person waits for ends within this time: what comes later is no limit but for ever. */
const MAX_SPAN_MS = 365 * 24 * UNIT_MS.h;
const SPAN_RULE = 'must be at least 1s and at most 8760h';
const NEVER = 'never';
const EXPIRES = new RegExp(`${DURATION.source}|^${NEVER}$`);

const expiresAfter = z
  .string()
  .regex(EXPIRES, 'must be a time span such as 90s, 10m or 24h, or never')
  .refine((text) => inRange(durationMs(text)), SPAN_RULE)
  .meta({ description: 'How long a question waits for its answer: 90s, 10m, 24h; default: never, for ever' });

const inRange = (ms: number | undefined): boolean => ms === undefined || (ms >= UNIT_MS.s && ms <= MAX_SPAN_MS);

/** Milliseconds after which a question expires; undefined when it never does. */
export function expiryMs(text: string): number | undefined {
  return text === NEVER ? undefined : durationMs(text);
}

const onExpiry = z.enum(['go_on', 'end_run']).meta({
  description: 'go_on: the agent learns that nobody answered, an approval counts as refused; end_run: the run ends',
});

const questionsYaml = z.strictObject({
  expires_after: expiresAfter.optional(),
  on_expiry: onExpiry.optional(),
  default_answer: line
    .optional()
    .meta({ description: 'Stands for the answer of a text, and of a choice that offers it; never for an approval' }),
});

const handoffYaml = z.strictObject({
  to: target,
  when: line.meta({ description: 'Tells the model when to hand over' }),
});

const agentYaml = z.strictObject({
  name: name.meta({ description: 'Its name in this file and in the log' }),
  title: line.optional().meta({ description: 'What people see; default: the name' }),
  description: z.string().default('').meta({ description: 'What it is for' }),
  system_message: line.meta({ description: 'Its instructions' }),
  model: line.default('default').meta({ description: 'A model name, or default: the one of OPENAI_MODEL' }),
  parameters: z
    .record(z.string(), jsonSchema)
    .default({})
    .meta({ description: 'Passed to the model: temperature, max_completion_tokens, …' }),
  tools: z.array(name).default([]).meta({ description: 'Names of the tools it may call' }),
  handoffs: z.array(handoffYaml).default([]).meta({ description: 'Whom it may hand over to, and when' }),
  after_work: target.optional().meta({ description: 'Where the turn goes when it has answered and not handed over' }),
  ask_person: z.boolean().default(false).meta({ description: 'May it put questions to the person?' }),
  questions: questionsYaml.optional().meta({ description: 'What becomes of its questions when nobody answers' }),
});

const PATTERN_KINDS = ['default', 'round_robin'] as const;
const patternYaml = z.union([
  z.enum(PATTERN_KINDS),
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('default'),
      after_work: target.optional().meta({ description: 'For agents that do not say; default: revert_to_user' }),
    }),
    z.strictObject({
      kind: z.literal('round_robin'),
      max_rounds: count.optional().meta({ description: 'How often each agent speaks; default: 1' }),
    }),
  ]),
]);

const toolYaml = z.strictObject({
  approval: z.enum(['none', 'required']).optional(),
  timeout: duration.optional(),
  expires_after: expiresAfter.optional(),
  on_expiry: onExpiry.optional(),
  targets: z
    .array(target)
    .optional()
    .meta({ description: 'Agents that its result may give the turn to: they count as reachable' }),
});

const limitsYaml = z.strictObject({
  max_turns: count.default(50).meta({ description: 'Turns of agents in a run' }),
  max_tool_calls: count.default(100).meta({ description: 'Tool calls in a run' }),
  budget_usd: z.number().positive('must be more than 0').optional().meta({ description: 'US dollars a run' }),
  budget_tokens: count.optional().meta({ description: 'Tokens a run' }),
  deadline: duration.refine((text) => inRange(durationMs(text)), SPAN_RULE).optional(),
});

/** A `workflow.yaml` as it is written; unknown keys are faults. */
export const workflowYamlSchema = z
  .strictObject({
    title: line.optional().meta({ description: 'What people see; default: the name of the folder' }),
    description: z.string().default('').meta({ description: 'One or two sentences for whoever picks a workflow' }),
    starters: z.array(line).default([]).meta({ description: 'Things to say first, offered as buttons' }),
    pattern: patternYaml.default('default').meta({ description: 'How the next agent is found' }),
    initial_agent: name.optional().meta({ description: 'Who begins; needed when there is more than one agent' }),
    agents: z.array(agentYaml).min(1, 'must have at least one agent'),
    variables: z
      .record(
        z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'must be letters, digits or "_" and not begin with a digit'),
        jsonSchema,
      )
      .default({})
      .meta({ description: 'Variables of a run and what they begin with' }),
    tools: z.record(name, toolYaml).default({}).meta({ description: 'Settings for tools of tools.ts' }),
    limits: limitsYaml.prefault({}),
    questions: questionsYaml.prefault({}).meta({
      description: 'What becomes of questions and approvals when nobody answers, where an agent or a tool does not say',
    }),
    on_new_input: z
      .enum(['queue', 'interrupt', 'reject'])
      .default('queue')
      .meta({ description: 'What a message does that comes while a run goes on' }),
    sequential_tools: z.boolean().default(false).meta({ description: 'One tool call after the other' }),
    title_model: line.optional().meta({ description: 'A model name, or default: makes the title of a chat' }),
    terminate_on: line.optional().meta({ description: 'A reply that contains this text ends the run' }),
  })
  .meta({ title: 'Colloquy workflow', description: 'A team of agents: workflow.yaml' });

/** A `workflow.yaml` with its defaults filled in. */
export type WorkflowYaml = z.output<typeof workflowYamlSchema>;

/** JSON Schema of `workflow.yaml`, for editors. */
export function workflowYamlJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(workflowYamlSchema, { io: 'input', target: 'draft-7' }) };
}
