import { loadPrices, modelSettingsFromEnv, resolveModelName } from '@colloquy/effects';
import {
  formatFault,
  loadWorkflow,
  loadWorkflows,
  WorkflowFaultsError,
  type LoadOptions,
  type WorkflowFault,
} from '@colloquy/workflows';
import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { root } from '../paths.ts';
import type { Env } from '../servers/env.ts';
import { OpsError, type OpsCommand } from './ops-command.ts';

/** What is wrong in one or in all workflows of a folder. */
interface Checked {
  readonly names: readonly string[];
  readonly faults: readonly WorkflowFault[];
}

async function check(load: () => Promise<readonly string[]>): Promise<Checked> {
  try {
    return { names: await load(), faults: [] };
  } catch (error) {
    if (error instanceof WorkflowFaultsError) return { names: [], faults: error.faults };
    throw error;
  }
}

/** One workflow, or all of a folder. */
async function checkGiven(given: string, cwd: string, options: LoadOptions): Promise<Checked> {
  const folder = folderOf(given, cwd);
  if (!['workflow.yaml', 'workflow.yml'].some((file) => existsSync(join(folder, file))))
    return check(async () => [...(await loadWorkflows(folder, options)).keys()]);
  const name = basename(folder);
  return check(async () => [(await loadWorkflow(dirname(folder), name, options)).name]);
}

/** What orchestrators would find, too: budgets in dollars over a model whose price is not known. */
async function optionsOf(env: Env): Promise<LoadOptions> {
  const prices = await loadPrices();
  // Without an address or a key the demo model would answer for every model, and its price is known.
  if ((env['OPENAI_API_KEY'] ?? '') === '' && (env['OPENAI_BASE_URL'] ?? '') === '') return { tools: true, prices };
  const models = modelSettingsFromEnv(env);
  return { tools: true, prices, modelName: (model) => resolveModelName(models, model) };
}

const ALL_OR_NONE = 'Services read all workflows when they start, and do not start as long as one has a fault.';

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
  async run({ args, cwd, env, print }) {
    const given = args.filter((arg) => !arg.startsWith('--'));
    if (given.length === 0) throw new OpsError('Which folder? For example: npm run ops -- workflow check workflows');
    const options = await optionsOf(env);
    const checked: Checked[] = [];
    for (const one of given) checked.push(await checkGiven(one, cwd, options));
    const faults = checked.flatMap((one) => one.faults);
    if (args.includes('--json')) print(JSON.stringify({ ok: faults.length === 0, faults }));
    if (faults.length > 0) throw new OpsError([...faults.map(formatFault), ALL_OR_NONE].join('\n'));
    if (!args.includes('--json')) print(`No fault in ${checked.flatMap(({ names }) => names).join(', ')}.`);
  },
};
