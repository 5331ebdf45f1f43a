/** Every place of a workflow.yaml that uses a tool. */
import { namesIn, targetPlaces } from './check/target-places.ts';
import { branchesOf, type SummaryYaml } from './yaml/child.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import type { YamlPath } from './yaml-source.ts';

/** A tool's name and where it stands. */
export interface ToolPlace {
  readonly path: YamlPath;
  readonly name: string;
  /** Who calls it: a model, the engine itself, or nobody (settings and guardrails only speak of it). */
  readonly by: 'model' | 'engine' | 'nobody';
}

/** All of them. */
export function toolPlaces(yaml: WorkflowYaml): ToolPlace[] {
  return [
    ...yaml.agents.flatMap((agent, index) =>
      agent.tools.map((name, at): ToolPlace => ({ name, path: ['agents', index, 'tools', at], by: 'model' })),
    ),
    ...targetPlaces(yaml).flatMap(({ path, target }) =>
      namesIn(target)
        .filter(({ kind }) => kind === 'tool')
        .map(({ name, path: inside }): ToolPlace => ({ name, path: [...path, ...inside], by: 'engine' })),
    ),
    ...yaml.guardrails.flatMap((guardrail, index) => [
      ...(guardrail.function === undefined
        ? []
        : [{ name: guardrail.function, path: ['guardrails', index, 'function'], by: 'engine' as const }]),
      ...(guardrail.tools ?? []).map((name, at): ToolPlace => ({
        name,
        path: ['guardrails', index, 'tools', at],
        by: 'nobody',
      })),
    ]),
    ...Object.entries(yaml.children).flatMap(([child, written]) =>
      branchesOf(child, written).flatMap(({ path, branch }) =>
        summaryTool(branch.summary, ['children', child, ...path, 'summary']),
      ),
    ),
    ...(yaml.summary === undefined ? [] : summaryTool(yaml.summary, ['summary'])),
    ...Object.keys(yaml.tools).map((name): ToolPlace => ({ name, path: ['tools', name], by: 'nobody' })),
  ];
}

function summaryTool(summary: SummaryYaml, path: YamlPath): ToolPlace[] {
  const name = typeof summary === 'string' ? undefined : summary.function;
  return name === undefined ? [] : [{ name, path: [...path, 'function'], by: 'engine' }];
}

/** The tools that a model or the engine may call. */
export function usedTools(yaml: WorkflowYaml): ReadonlySet<string> {
  return new Set(toolPlaces(yaml).flatMap(({ name, by }) => (by === 'nobody' ? [] : [name])));
}
