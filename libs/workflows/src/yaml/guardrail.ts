/** A check of what goes in or out, as it is written. */
import { z } from 'zod';
import { expression, line, name } from './scalars.ts';
import { targetYaml } from './target.ts';

/** A guardrail of a workflow.yaml. */
export const guardrailYaml = z
  .strictObject({
    name: name.meta({ description: 'Its name in the log' }),
    on: z.enum(['input', 'output', 'tool_arguments', 'tool_result']).meta({
      description: 'input: what the person said, before an agent sees it; output: a reply, before anybody sees it',
    }),
    agents: z.array(name).optional().meta({ description: 'Default: all' }),
    tools: z.array(name).optional().meta({ description: 'For tool_arguments and tool_result; default: all' }),
    matches: line.optional().meta({ description: 'A regular expression: it trips when something fits' }),
    flags: z.string().optional().meta({ description: 'Of the regular expression; default: iu' }),
    model: line.optional().meta({ description: 'A model that judges, or default' }),
    instruction: line.optional().meta({ description: 'Tells the model what must not pass' }),
    function: name.optional().meta({ description: 'A tool that judges: gets {on, text}' }),
    available: expression.optional().meta({ description: 'It is looked at only while this is true' }),
    action: z.enum(['stop', 'redirect', 'rewrite', 'mask', 'warn']).default('stop').meta({
      description:
        'mask: what the regular expression finds is replaced; rewrite: all of it is; warn: nothing changes, but people and the log are told; default: stop',
    }),
    message: line.optional().meta({ description: 'What the person reads, and what stands for what was rewritten' }),
    to: targetYaml.optional().meta({ description: 'For redirect: where the turn goes' }),
  })
  .refine(
    ({ matches, model, function: tool }) => [matches, model, tool].filter((way) => way !== undefined).length === 1,
    { message: 'must have exactly one of: matches, model, function' },
  );
/** A guardrail as it is written. */
export type GuardrailYaml = z.output<typeof guardrailYaml>;
