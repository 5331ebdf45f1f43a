/** Where turns go: names that are there, and targets that make sense where they stand. */
import type { WorkflowFault } from '../workflow-fault.ts';
import { toTarget } from '../to-target.ts';
import { branchesOf } from '../yaml/child.ts';
import { afterWorkEntries, isUnconditional } from '../yaml/target.ts';
import type { YamlPath } from '../yaml-source.ts';
import type { Check } from './check.ts';
import { unknownName } from './check-names.ts';
import { patternPlaces } from './expression-places.ts';
import { namesIn, targetPlaces, type TargetPlace } from './target-places.ts';

/** Everything wrong with targets. */
export function targetFaults(check: Check): WorkflowFault[] {
  return [
    ...targetPlaces(check.yaml).flatMap((place) => unknownTarget(check, place)),
    ...check.yaml.agents.flatMap((_, index) => oddHandoffs(check, index)),
    ...lostAfterWorks(check),
    ...containment(check),
  ];
}

/** Is the word an agent's name, and not one of the words that stand for a target? */
const isAgent = (name: string): boolean => toTarget(name).kind === 'agent';

function unknownTarget(check: Check, { path, target, within }: TargetPlace): WorkflowFault[] {
  return namesIn(target).flatMap(({ kind, name, path: inside }) => {
    const known = knownAs(kind, check, within);
    // A word stands for itself; among candidates it is the person only.
    const isWord = kind === 'agent' && (inside.length === 0 ? !isAgent(name) : name === 'user');
    return known === undefined || isWord || known.has(name)
      ? []
      : [check.source.fault([...path, ...inside], unknownName(kind, name, known))];
  });
}

/** What a target can name; tools are looked at where they are. */
function knownAs(
  kind: 'agent' | 'child' | 'tool',
  { agents, children }: Check,
  within: readonly string[] | undefined,
): ReadonlySet<string> | undefined {
  if (kind === 'tool') return undefined;
  if (kind === 'child') return children;
  return within === undefined ? agents : new Set(within);
}

function oddHandoffs({ yaml, source }: Check, index: number): WorkflowFault[] {
  const agent = yaml.agents[index];
  if (agent === undefined) return [];
  const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);
  const ofModel = agent.handoffs.flatMap(({ to }, place) => {
    const path = ['agents', index, 'handoffs', place, 'to'];
    if (to === 'stay' || to === agent.name) return [source.fault(path, `"${agent.name}" hands over to itself`)];
    if (agent.handoffs.findIndex((other) => same(other.to, to)) === place) return [];
    return [source.fault(path, `there is already a handoff to "${wordFor(to)}": join their "when"`)];
  });
  const ofContext = agent.context_handoffs.flatMap(({ to }, place) =>
    to === 'stay' || to === agent.name
      ? [source.fault(['agents', index, 'context_handoffs', place, 'to'], `"${agent.name}" hands over to itself`)]
      : [],
  );
  return [...ofModel, ...ofContext];
}

const wordFor = (target: unknown): string => (typeof target === 'string' ? target : JSON.stringify(target));

/** Behind an after-work without a condition nothing is ever looked at. */
function lostAfterWorks({ yaml, source }: Check): WorkflowFault[] {
  const lists = [
    ...yaml.agents.map(({ after_work }, index) => ({ written: after_work, path: ['agents', index, 'after_work'] })),
    ...patternPlaces(yaml).flatMap(({ settings, path }) =>
      settings.kind === 'default' ? [{ written: settings.after_work, path: [...path, 'after_work'] }] : [],
    ),
  ];
  return lists.flatMap(({ written, path }) => {
    const entries = afterWorkEntries(written);
    const first = entries.findIndex(isUnconditional);
    return first < 0 || first === entries.length - 1
      ? []
      : [source.fault([...path, first + 1], 'it is never looked at: the after-work before it has no condition')];
  });
}

/** A child whose agents, or whose `then`, lead into it again would never end. */
function containment({ yaml, source }: Check): WorkflowFault[] {
  const inside = new Map(Object.keys(yaml.children).map((child) => [child, childrenIn(yaml, child)]));
  return [...inside].flatMap(([child, first]) => {
    const way = wayBack(child, inside);
    if (way === undefined || first.length === 0) return [];
    const path: YamlPath = ['children', child];
    const via =
      way.length === 1
        ? ''
        : ` through ${way
            .slice(0, -1)
            .map((name) => `"${name}"`)
            .join(', ')}`;
    return [
      source.faultAtKey(
        path,
        `the child "${child}" contains itself${via}: its agents, or its "then", lead into it again`,
      ),
    ];
  });
}

/** The children that agents of this child lead to, as a target or as a tool, and where the turn goes after it. */
function childrenIn(yaml: Check['yaml'], child: string): string[] {
  const written = yaml.children[child];
  if (written === undefined) return [];
  const agents = branchesOf(child, written).flatMap(({ branch }) => branch.agents);
  const members = yaml.agents.filter(({ name }) => agents.includes(name));
  const tools = members.flatMap((agent) => agent.tools);
  const targets = targetPlaces(yaml)
    .filter(({ agent, by, of }) => {
      if (agent !== undefined) return agents.includes(agent);
      return by === 'child' ? of === child : by === 'tool' && tools.includes(of ?? '');
    })
    .flatMap(({ target }) => namesIn(target).filter(({ kind }) => kind === 'child'))
    .map(({ name }) => name);
  return [...new Set([...targets, ...tools.filter((tool) => Object.hasOwn(yaml.children, tool))])];
}

function wayBack(child: string, inside: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const seen = new Set<string>();
  const open = (inside.get(child) ?? []).map((name) => [name]);
  for (let way = open.shift(); way !== undefined; way = open.shift()) {
    const last = way.at(-1) ?? '';
    if (last === child) return way;
    if (seen.has(last)) continue;
    seen.add(last);
    open.push(...(inside.get(last) ?? []).map((name) => [...(way ?? []), name]));
  }
  return undefined;
}
