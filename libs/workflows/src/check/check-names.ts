/** Names: of agents, children, guardrails, branches, and the lists that name them. */
import { TARGET_WORDS } from '../to-target.ts';
import type { WorkflowFault } from '../workflow-fault.ts';
import { branchesOf } from '../yaml/child.ts';
import type { YamlPath } from '../yaml-source.ts';
import type { Check } from './check.ts';
import { didYouMean } from './did-you-mean.ts';
import { patternPlaces } from './expression-places.ts';

/** `transfer_to_user` gives the turn back to the person. */
const RESERVED_AGENTS: readonly string[] = TARGET_WORDS;

/** "there is no agent …" with the nearest one, and all of them. */
export function unknownName(kind: string, name: string, known: Iterable<string>): string {
  const names = [...known];
  const list = names.length === 0 ? 'there are none' : `${plural(kind)}: ${names.join(', ')}`;
  return `there is no ${kind} "${name}"${didYouMean(name, names)}; ${list}`;
}

const plural = (kind: string): string => ({ child: 'children', branch: 'branches' })[kind] ?? `${kind}s`;

/** Names that are taken, reserved or said twice, and a beginning that is nobody's. */
export function nameFaults(check: Check): WorkflowFault[] {
  return [...agentNames(check), ...initialAgent(check), ...doubled(check), ...childNames(check), ...agentLists(check)];
}

function agentNames({ yaml, source }: Check): WorkflowFault[] {
  return yaml.agents.flatMap(({ name }, index) => {
    const path = ['agents', index, 'name'];
    if (RESERVED_AGENTS.includes(name))
      return [source.fault(path, `"${name}" says where a turn goes and cannot be the name of an agent`)];
    const first = yaml.agents.findIndex((other) => other.name === name);
    return first < index ? [source.fault(path, `there is already an agent "${name}"`)] : [];
  });
}

function initialAgent({ yaml, source, agents }: Check): WorkflowFault[] {
  if (yaml.initial_agent === undefined)
    return yaml.agents.length > 1
      ? [source.fault([], '"initial_agent" is missing: with more than one agent, say who begins')]
      : [];
  return agents.has(yaml.initial_agent)
    ? []
    : [source.fault(['initial_agent'], unknownName('agent', yaml.initial_agent, agents))];
}

function doubled({ yaml, source }: Check): WorkflowFault[] {
  const again = (kind: string, named: readonly { name: string }[], path: YamlPath): WorkflowFault[] =>
    named.flatMap(({ name }, index) =>
      named.findIndex((other) => other.name === name) < index
        ? [source.fault([...path, index, 'name'], `there is already a ${kind} "${name}"`)]
        : [],
    );
  return [
    ...again('guardrail', yaml.guardrails, ['guardrails']),
    ...Object.entries(yaml.children).flatMap(([child, written]) =>
      'branches' in written ? again('branch', written.branches, ['children', child, 'branches']) : [],
    ),
  ];
}

function childNames({ yaml, source, agents }: Check): WorkflowFault[] {
  return Object.keys(yaml.children).flatMap((name) => {
    const path = ['children', name];
    if (agents.has(name)) return [source.faultAtKey(path, `there is an agent "${name}": give the child another name`)];
    return RESERVED_AGENTS.includes(name)
      ? [source.faultAtKey(path, `"${name}" says where a turn goes and cannot be the name of a child`)]
      : [];
  });
}

/** Agents that patterns, branches and guardrails speak of. */
function agentLists(check: Check): WorkflowFault[] {
  const { yaml, source, agents } = check;
  const listed = (names: readonly string[] | undefined, path: YamlPath): WorkflowFault[] =>
    (names ?? []).flatMap((name, index) =>
      agents.has(name) ? [] : [source.fault([...path, index], unknownName('agent', name, agents))],
    );
  return [
    ...patternPlaces(yaml).flatMap((place) => patternNames(check, place)),
    ...Object.entries(yaml.children).flatMap(([child, written]) =>
      branchesOf(child, written).flatMap(({ path, branch }) => {
        const root = ['children', child, ...path];
        const { initial_agent: first } = branch;
        return [
          ...listed(branch.agents, [...root, 'agents']),
          ...(first === undefined || branch.agents.includes(first)
            ? []
            : [source.fault([...root, 'initial_agent'], unknownName('agent', first, branch.agents))]),
        ];
      }),
    ),
    ...yaml.guardrails.flatMap((guardrail, index) => listed(guardrail.agents, ['guardrails', index, 'agents'])),
  ];
}

function patternNames({ source }: Check, place: ReturnType<typeof patternPlaces>[number]): WorkflowFault[] {
  const { path, settings } = place;
  const known = [...place.agents, ...(settings.person === true ? ['user'] : [])];
  const keys = (key: 'transitions' | 'eligible'): WorkflowFault[] =>
    Object.keys(settings[key] ?? {})
      .filter((name) => !known.includes(name))
      .map((name) => source.faultAtKey([...path, key, name], unknownName('agent', name, known)));
  const values = (names: readonly string[], at: YamlPath): WorkflowFault[] =>
    names.flatMap((name, index) =>
      known.includes(name) ? [] : [source.fault([...at, index], unknownName('agent', name, known))],
    );
  return [
    ...keys('transitions'),
    ...Object.entries(settings.transitions ?? {}).flatMap(([from, to]) => values(to, [...path, 'transitions', from])),
    ...values(Array.isArray(settings.may_repeat) ? settings.may_repeat : [], [...path, 'may_repeat']),
    ...keys('eligible'),
  ];
}
