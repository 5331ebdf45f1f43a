import { jsonSchema } from '@colloquy/contracts';
import { z } from 'zod';
import { agentYaml, endYaml, questionsYaml } from './yaml/agent.ts';
import { childYaml, summaryYaml } from './yaml/child.ts';
import { guardrailYaml } from './yaml/guardrail.ts';
import { outsideToolsYaml } from './yaml/outside-tools.ts';
import { patternYaml } from './yaml/pattern.ts';
import { count, line, name, span, usd, variableName } from './yaml/scalars.ts';
import { toolYaml } from './yaml/tool.ts';

const limitsYaml = z.strictObject({
  max_turns: count.default(50).meta({ description: 'Turns of agents in a run' }),
  max_tool_calls: count.default(100).meta({ description: 'Tool calls in a run' }),
  budget_usd: usd.optional().meta({ description: 'US dollars a run' }),
  budget_tokens: count.optional().meta({ description: 'Tokens a run' }),
  chat_budget_usd: usd.optional().meta({ description: 'US dollars of the whole chat, over all its runs' }),
  chat_budget_tokens: count.optional().meta({ description: 'Tokens of the whole chat, over all its runs' }),
  deadline: span.optional(),
  max_repeated_calls: count
    .min(2, 'must be at least 2')
    .optional()
    .meta({ description: 'So often in a row the same call with the same result is a loop; default: 5' }),
  max_repeated_handoffs: count.min(2, 'must be at least 2').optional().meta({
    description:
      'So many handoffs in a row between the same two agents are a loop; default: 10 with nothing said between them',
  }),
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
      .record(variableName, jsonSchema)
      .default({})
      .meta({ description: 'Variables of a run and what they begin with' }),
    tools: z.record(name, toolYaml).default({}).meta({ description: 'Settings for tools' }),
    ...outsideToolsYaml,
    children: z
      .record(name, childYaml)
      .default({})
      .meta({ description: 'Child runs by name: targets (child:<name>), and tools of that name' }),
    guardrails: z.array(guardrailYaml).default([]).meta({ description: 'Checks of what goes in or out' }),
    limits: limitsYaml.prefault({}),
    questions: questionsYaml.prefault({}).meta({
      description: 'What becomes of questions and approvals when nobody answers, where an agent or a tool does not say',
    }),
    on_new_input: z
      .enum(['queue', 'interrupt', 'reject', 'steer'])
      .default('queue')
      .meta({ description: 'What a message does that comes while a run goes on' }),
    sequential_tools: z.boolean().default(false).meta({ description: 'One tool call after the other' }),
    title_model: line.optional().meta({ description: 'A model name, or default: makes the title of a chat' }),
    terminate_on: line.optional().meta({ description: 'A reply that contains this text ends the run' }),
    ends_on: z.array(endYaml).default([]).meta({ description: 'A reply that ends the run, whoever gave it' }),
    summary: summaryYaml.optional().meta({ description: 'What the end of a run says; default: nothing' }),
  })
  .meta({ title: 'Colloquy workflow', description: 'A team of agents: workflow.yaml' });

/** A `workflow.yaml` with its defaults filled in. */
export type WorkflowYaml = z.output<typeof workflowYamlSchema>;

/** JSON Schema of `workflow.yaml`, for editors. */
export function workflowYamlJsonSchema(): Record<string, unknown> {
  return { ...z.toJSONSchema(workflowYamlSchema, { io: 'input', target: 'draft-7' }) };
}
