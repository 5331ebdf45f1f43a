import { formatFault, loadWorkflows, WorkflowFaultsError, type WorkflowFault } from '@colloquy/workflows';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { root } from '../paths.ts';
import { OpsError, type OpsCommand } from './ops-command.ts';

/** What is wrong in one or in all workflows of a folder. */
interface Checked {
  readonly names: readonly string[];
  readonly faults: readonly WorkflowFault[];
}

async function check(folder: string): Promise<Checked> {
  try {
    return { names: [...(await loadWorkflows(folder, { tools: true })).keys()], faults: [] };
  } catch (error) {
    if (error instanceof WorkflowFaultsError) return { names: [], faults: error.faults };
    throw error;
  }
}

/** One workflow is checked in the folder where it lies; what is wrong beside it is not asked for. */
async function checkGiven(given: string, cwd: string): Promise<Checked> {
  const folder = folderOf(given, cwd);
  if (!existsSync(join(folder, 'workflow.yaml'))) return check(folder);
  const name = basename(folder);
  const { faults } = await check(dirname(folder));
  return { names: [name], faults: faults.filter(({ file }) => file.startsWith(`${name}/`)) };
}

/** A folder, or the name of a workflow that is shipped. */
function folderOf(given: string, cwd: string): string {
  const folder = resolve(cwd, given);
  const shipped = join(root, 'workflows', given);
  return !existsSync(folder) && existsSync(join(shipped, 'workflow.yaml')) ? shipped : folder;
}

/** Every fault of workflows, tools included. */
export const workflowCheck: OpsCommand = {
  usage: 'workflow check <folder or name> …',
  text: 'every fault of a workflow, or of all in a folder, with file and line; --json',
  async run({ args, cwd, print }) {
    const given = args.filter((arg) => !arg.startsWith('--'));
    if (given.length === 0) throw new OpsError('Which folder? For example: npm run ops -- workflow check workflows');
    const checked: Checked[] = [];
    for (const one of given) checked.push(await checkGiven(one, cwd));
    const faults = checked.flatMap((one) => one.faults);
    if (args.includes('--json')) print(JSON.stringify({ ok: faults.length === 0, faults }));
    if (faults.length > 0) throw new OpsError(faults.map(formatFault).join('\n'));
    if (!args.includes('--json')) print(`No fault in ${checked.flatMap(({ names }) => names).join(', ')}.`);
  },
};
