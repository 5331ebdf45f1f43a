import { toolEnvFrom, type ToolEnv } from '@colloquy/effects';
import type { Env } from '../servers/env.ts';
import { OpsError } from './ops-command.ts';

/**
 * What a command may give to the tools of workflows, as an orchestrator does.
 * @throws OpsError with every fault of those variables
 */
export function toolEnv(from: Env): ToolEnv {
  const { env, faults } = toolEnvFrom(from);
  if (faults.length > 0) throw new OpsError(faults.join('\n'));
  return env;
}
