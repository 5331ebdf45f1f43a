/** Every place of a workflow.yaml that says where a turn goes. */
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { patternSettings } from '../yaml/pattern.ts';
import { branchesOf } from '../yaml/child.ts';
import { afterWorkEntries, type AfterWorkYaml, type TargetYaml } from '../yaml/target.ts';
import type { YamlPath } from '../yaml-source.ts';

/** A target and where it stands. */
export interface TargetPlace {
  readonly path: YamlPath;
  readonly target: TargetYaml;
  readonly by: 'handoff' | 'context_handoff' | 'after_work' | 'tool' | 'guardrail' | 'child';
  /** Whose turn it ends; undefined when anybody's may be meant. */
  readonly agent?: string;
  /** The tool whose result, or the child after which it is. */
  readonly of?: string;
  /** When it stands in the pattern of a branch: the agents of that branch. */
  readonly within?: readonly string[];
  /** What it depends on, in words of the file. */
  readonly when?: string | undefined;
}

/** All of them, in the order of the file's keys. */
export function targetPlaces(yaml: WorkflowYaml): TargetPlace[] {
  return [
    ...yaml.agents.flatMap((agent, index) => agentPlaces(agent, ['agents', index])),
    ...patternPlaces(yaml),
    ...childPlaces(yaml),
    ...Object.entries(yaml.tools).flatMap(([of, settings]) =>
      (settings.targets ?? []).map((target, index): TargetPlace => ({
        path: ['tools', of, 'targets', index],
        target,
        by: 'tool',
        of,
      })),
    ),
    ...yaml.guardrails.flatMap(({ to, name }, index): TargetPlace[] =>
      to === undefined ? [] : [{ path: ['guardrails', index, 'to'], target: to, by: 'guardrail', when: name }],
    ),
  ];
}

function agentPlaces(agent: WorkflowYaml['agents'][number], path: YamlPath): TargetPlace[] {
  const { name } = agent;
  return [
    ...agent.context_handoffs.map(({ to, when }, place): TargetPlace => ({
      path: [...path, 'context_handoffs', place, 'to'],
      target: to,
      by: 'context_handoff',
      agent: name,
      when,
    })),
    ...agent.handoffs.map(({ to, when }, place): TargetPlace => ({
      path: [...path, 'handoffs', place, 'to'],
      target: to,
      by: 'handoff',
      agent: name,
      when,
    })),
    ...afterWorkPlaces(agent.after_work, [...path, 'after_work']).map((place) => ({ ...place, agent: name })),
  ];
}

function afterWorkPlaces(written: AfterWorkYaml | undefined, path: YamlPath): TargetPlace[] {
  return afterWorkEntries(written).map(({ to, when, available }, index) => ({
    path: Array.isArray(written) ? [...path, index, 'to'] : path,
    target: to,
    by: 'after_work',
    when: when ?? available,
  }));
}

function patternPlaces({ pattern }: WorkflowYaml): TargetPlace[] {
  const settings = patternSettings(pattern);
  return settings.kind === 'default' ? afterWorkPlaces(settings.after_work, ['pattern', 'after_work']) : [];
}

function childPlaces(yaml: WorkflowYaml): TargetPlace[] {
  return Object.entries(yaml.children).flatMap(([of, child]) => {
    const root = ['children', of];
    const own: TargetPlace[] =
      child.then === undefined ? [] : [{ path: [...root, 'then'], target: child.then, by: 'child', of }];
    const inside = branchesOf(of, child).flatMap(({ path, branch }) => {
      const settings = patternSettings(branch.pattern);
      if (settings.kind !== 'default') return [];
      const places = afterWorkPlaces(settings.after_work, [...root, ...path, 'pattern', 'after_work']);
      return places.map((place) => ({ ...place, within: branch.agents }));
    });
    return [...own, ...inside];
  });
}

/** What a target names, each with where it stands inside the target. */
export function namesIn(target: TargetYaml): { kind: 'agent' | 'child' | 'tool'; name: string; path: YamlPath }[] {
  if (typeof target !== 'string') return candidatesIn(target);
  const [, kind, name = ''] = /^(child|function):(.*)$/.exec(target) ?? [];
  if (kind === 'child') return [{ kind, name, path: [] }];
  if (kind === 'function') return [{ kind: 'tool', name, path: [] }];
  return [{ kind: 'agent', name: target, path: [] }];
}

function candidatesIn(target: Exclude<TargetYaml, string>): ReturnType<typeof namesIn> {
  const lists = [
    { path: ['random'], names: target.random },
    { path: ['ask_user'], names: target.ask_user },
    { path: ['group_manager', 'candidates'], names: target.group_manager?.candidates },
  ];
  return lists.flatMap(({ path, names = [] }) =>
    names.map((name, index) => ({ kind: 'agent' as const, name, path: [...path, index] })),
  );
}
