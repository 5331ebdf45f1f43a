/** Agents that can never have a turn. Only the default pattern can leave one out: there someone must hand over to it. */
import type { WorkflowFault } from '../workflow-fault.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { branchesOf } from '../yaml/child.ts';
import { patternSettings } from '../yaml/pattern.ts';
import type { TargetYaml } from '../yaml/target.ts';
import type { Check } from './check.ts';
import { namesIn, targetPlaces, type TargetPlace } from './target-places.ts';

/** Everybody that nobody leads to. */
export function reachabilityFaults({ yaml, source, agents }: Check): WorkflowFault[] {
  const first = yaml.initial_agent ?? yaml.agents[0]?.name;
  if (patternSettings(yaml.pattern).kind !== 'default' || first === undefined || !agents.has(first)) return [];
  const reached = reachable(yaml, first);
  if (reached === 'all') return [];
  const faults = yaml.agents.flatMap(({ name }, index) =>
    reached.agents.has(name)
      ? []
      : [source.fault(['agents', index, 'name'], `nobody hands over to "${name}": it can never have a turn`)],
  );
  const unused = Object.keys(yaml.children)
    .filter((child) => !reached.children.has(child))
    .map((child) =>
      source.faultAtKey(['children', child], `nothing leads to the child "${child}": no target, no tool`),
    );
  return [...faults, ...unused];
}

interface Reached {
  readonly agents: Set<string>;
  readonly children: Set<string>;
}

/** Everything that turns can come to; `all` when somebody may choose among all agents. */
function reachable(yaml: WorkflowYaml, first: string): Reached | 'all' {
  const places = targetPlaces(yaml);
  const reached: Reached = { agents: new Set(), children: new Set() };
  const open = [{ kind: 'agent', name: first }];
  for (const { by, target } of places) if (by === 'guardrail') open.push(...namesIn(target));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { kind, name } = next;
    const known = kind === 'child' ? reached.children : reached.agents;
    if (kind === 'tool' || known.has(name)) continue;
    known.add(name);
    const targets = kind === 'child' ? [] : targetsOfAgent(yaml, places, name);
    if (targets.some(choosesAmongAll)) return 'all';
    open.push(
      ...targets.flatMap(namesIn),
      ...(kind === 'child' ? insideOf(yaml, places, name) : childTools(yaml, name)),
    );
  }
  return reached;
}

/** A choice without candidates is among all agents, and so is what a function says. */
function choosesAmongAll(target: TargetYaml): boolean {
  if (typeof target === 'string')
    return ['random', 'ask_user', 'group_manager'].includes(target) || target.startsWith('function:');
  return target.group_manager !== undefined && target.group_manager.candidates === undefined;
}

function targetsOfAgent(yaml: WorkflowYaml, places: readonly TargetPlace[], name: string): TargetYaml[] {
  const agent = yaml.agents.find((candidate) => candidate.name === name);
  if (agent === undefined) return [];
  return places.filter((place) => endsTurnOf(place, agent)).map(({ target }) => target);
}

function endsTurnOf(
  { agent, by, of, within, path }: TargetPlace,
  { name, tools }: WorkflowYaml['agents'][number],
): boolean {
  if (agent !== undefined) return agent === name;
  if (by === 'tool') return tools.includes(of ?? '');
  return by === 'after_work' && (within?.includes(name) ?? path[0] === 'pattern');
}

function childTools(yaml: WorkflowYaml, name: string): { kind: string; name: string }[] {
  const agent = yaml.agents.find((candidate) => candidate.name === name);
  return (agent?.tools ?? [])
    .filter((tool) => Object.hasOwn(yaml.children, tool))
    .map((tool) => ({ kind: 'child', name: tool }));
}

/** The agents that a child begins with, those that its pattern lets speak by itself, and what follows it. */
function insideOf(yaml: WorkflowYaml, places: readonly TargetPlace[], child: string): { kind: string; name: string }[] {
  const written = yaml.children[child];
  if (written === undefined) return [];
  const members = branchesOf(child, written).flatMap(({ branch }) => {
    const { kind } = patternSettings(branch.pattern);
    return kind === 'default' ? [branch.initial_agent ?? branch.agents[0] ?? ''] : branch.agents;
  });
  const after = places.filter(({ by, of }) => by === 'child' && of === child).flatMap(({ target }) => namesIn(target));
  return [...members.map((name) => ({ kind: 'agent', name })), ...after];
}
