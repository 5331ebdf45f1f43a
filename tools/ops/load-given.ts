import {
  formatFault,
  loadWorkflow,
  WorkflowFaultsError,
  type LoadedWorkflow,
  type LoadOptions,
} from '@colloquy/workflows';
import { OpsError } from './ops-command.ts';

/**
 * Loads the one workflow that a person has named; what lies beside it is neither read nor started.
 * @throws OpsError with every fault in it
 */
export async function loadGiven(dir: string, name: string, options: LoadOptions): Promise<LoadedWorkflow> {
  try {
    return await loadWorkflow(dir, name, options);
  } catch (error) {
    if (!(error instanceof WorkflowFaultsError)) throw error;
    throw new OpsError(error.faults.map(formatFault).join('\n'));
  }
}
