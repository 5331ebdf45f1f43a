/** Guardrails whose parts do not go together. */
import type { WorkflowFault } from '../workflow-fault.ts';
import type { GuardrailYaml } from '../yaml/guardrail.ts';
import type { Check } from './check.ts';

/** Everything wrong with guardrails beside the names in them. */
export function guardrailFaults({ yaml, source }: Check): WorkflowFault[] {
  return yaml.guardrails.flatMap((guardrail, index) =>
    RULES.flatMap(({ broken, key, message }) =>
      broken(guardrail) ? [source.fault(['guardrails', index, key], message)] : [],
    ),
  );
}

interface Rule {
  readonly broken: (guardrail: GuardrailYaml) => boolean;
  readonly key: keyof GuardrailYaml;
  readonly message: string;
}

const isOfTools = ({ on }: GuardrailYaml): boolean => on === 'tool_arguments' || on === 'tool_result';

const RULES: readonly Rule[] = [
  {
    broken: ({ action, to }) => action === 'redirect' && to === undefined,
    key: 'action',
    message: '"redirect" needs "to": where does the turn go?',
  },
  {
    broken: ({ action, to }) => action !== 'redirect' && to !== undefined,
    key: 'to',
    message: '"to" does nothing without "action: redirect"',
  },
  {
    broken: ({ action, matches }) => action === 'mask' && matches === undefined,
    key: 'action',
    message: '"mask" replaces what a regular expression finds: use "matches", or "rewrite"',
  },
  {
    broken: ({ model, instruction }) => model !== undefined && instruction === undefined,
    key: 'model',
    message: '"model" needs "instruction": what must not pass?',
  },
  {
    broken: ({ model, instruction }) => model === undefined && instruction !== undefined,
    key: 'instruction',
    message: '"instruction" does nothing without "model"',
  },
  {
    broken: ({ matches, flags }) => matches === undefined && flags !== undefined,
    key: 'flags',
    message: '"flags" does nothing without "matches"',
  },
  {
    broken: (guardrail) => guardrail.tools !== undefined && !isOfTools(guardrail),
    key: 'tools',
    message: '"tools" does nothing here: it is for tool_arguments and tool_result',
  },
];
