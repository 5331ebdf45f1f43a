import { formatFault, loadWorkflows, WorkflowFaultsError, type WorkflowFault } from '@colloquy/workflows';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OpsError, type OpsCommand } from './ops-command.ts';

async function faultsIn(folder: string): Promise<{ names: readonly string[]; faults: readonly WorkflowFault[] }> {
  try {
    return { names: [...(await loadWorkflows(folder, { tools: true })).keys()], faults: [] };
  } catch (error) {
    if (error instanceof WorkflowFaultsError) return { names: [], faults: error.faults };
    throw error;
  }
}

/** Every fault of one workflow or of a folder of them, tools included. */
export const workflowCheck: OpsCommand = {
  usage: 'workflow check <folder>',
  text: 'every fault of a workflow, or of all in a folder, with file and line',
  async run({ args, cwd, print }) {
    const [given] = args;
    if (given === undefined) throw new OpsError('Which folder? For example: npm run ops -- workflow check workflows');
    const folder = resolve(cwd, given);
    // One workflow is checked in the folder where it lies; what is wrong beside it is not asked for.
    const single = existsSync(join(folder, 'workflow.yaml')) ? basename(folder) : undefined;
    const { names, faults } = await faultsIn(single === undefined ? folder : dirname(folder));
    const asked = faults.filter(({ file }) => single === undefined || file.startsWith(`${single}/`));
    if (asked.length > 0) throw new OpsError(asked.map(formatFault).join('\n'));
    print(`No fault in ${single ?? names.join(', ')}.`);
  },
};
