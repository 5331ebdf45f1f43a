import { existsSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { root } from '../paths.ts';
import { OpsError } from './ops-command.ts';

/** Where a workflow lies. */
export interface WorkflowPlace {
  /** The folder that holds it beside others. */
  readonly dir: string;
  readonly name: string;
}

/**
 * A workflow by its folder, or by its name among those that are shipped (WORKFLOWS_DIR is not asked: commands of a person
 * go by where the person is).
 * @throws OpsError when there is none
 */
export function workflowPlace(given: string, cwd: string): WorkflowPlace {
  const folders = [resolve(cwd, given), ...(/[/\\]/.test(given) ? [] : [join(root, 'workflows', given)])];
  const folder = folders.find((candidate) => existsSync(join(candidate, 'workflow.yaml')));
  if (folder === undefined)
    throw new OpsError(`There is no workflow "${given}": no workflow.yaml in ${folders.join(' or ')}.`);
  return { dir: dirname(folder), name: basename(folder) };
}
