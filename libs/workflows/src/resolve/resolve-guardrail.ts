import type { Guardrail } from '@colloquy/contracts';
import type { GuardrailYaml } from '../yaml/guardrail.ts';
import { targetOf } from '../yaml/target.ts';
import { withoutUndefined } from './without-undefined.ts';

/** A guardrail as the engine has it. */
export function resolveGuardrail(written: GuardrailYaml): Guardrail {
  const { name, on, agents, tools, available, action, message, to } = written;
  return {
    name,
    on,
    check: checkOf(written),
    action,
    ...withoutUndefined({ agents, tools, available, message, target: to === undefined ? undefined : targetOf(to) }),
  };
}

function checkOf({ matches, flags, model, instruction, function: tool }: GuardrailYaml): Guardrail['check'] {
  if (matches !== undefined) return { kind: 'regex', pattern: matches, ...withoutUndefined({ flags }) };
  if (tool !== undefined) return { kind: 'function', tool };
  return { kind: 'model', model: model ?? 'default', instruction: instruction ?? '' };
}
