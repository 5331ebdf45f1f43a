/** Branches that begin after others. */
import type { WorkflowFault } from '../workflow-fault.ts';
import type { YamlPath, YamlSource } from '../yaml-source.ts';
import type { BranchYaml } from '../yaml/child.ts';
import type { Check } from './check.ts';
import { unknownName } from './check-names.ts';

/** Everything wrong with `after`: where it does nothing, names that are none, and branches that wait for themselves. */
export function branchFaults({ yaml, source }: Check): WorkflowFault[] {
  return Object.entries(yaml.children).flatMap(([child, written]) => {
    if (!('branches' in written)) return [];
    const { branches, mode } = written;
    return branches.flatMap((branch, index) =>
      branch.after === undefined
        ? []
        : afterFaults({ branch, branches, mode, path: ['children', child, 'branches', index, 'after'], source }),
    );
  });
}

interface Place {
  readonly branch: BranchYaml;
  readonly branches: readonly BranchYaml[];
  readonly mode: string;
  readonly path: YamlPath;
  readonly source: YamlSource;
}

function afterFaults({ branch, branches, mode, path, source }: Place): WorkflowFault[] {
  if (mode !== 'all') return [source.faultAtKey(path, `"after" does nothing with "mode: ${mode}": use "mode: all"`)];
  const names = branches.map(({ name }) => name);
  const unknown = (branch.after ?? []).flatMap((name, at) =>
    names.includes(name) ? [] : [source.fault([...path, at], unknownName('branch', name, names))],
  );
  if (unknown.length > 0) return unknown;
  const circle = circleFrom(branch.name, branches);
  return circle === undefined
    ? []
    : [source.fault(path, `"${branch.name}" would wait for itself: ${circle.join(' → ')}`)];
}

/** The way from a branch over those that it waits for back to itself. */
function circleFrom(name: string, branches: readonly BranchYaml[]): readonly string[] | undefined {
  const seen = new Set<string>();
  const ways: string[][] = [[name]];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way.at(-1);
    for (const next of branches.find((branch) => branch.name === last)?.after ?? []) {
      if (next === name) return [...way, name];
      if (!seen.has(next)) ways.push([...way, next]);
      seen.add(next);
    }
  }
  return undefined;
}
