/** Every place of a workflow.yaml with an expression, a template, a regular expression or a model. */
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { branchesOf } from '../yaml/child.ts';
import { patternSettings } from '../yaml/pattern.ts';
import { afterWorkEntries, type AfterWorkYaml, type TargetYaml } from '../yaml/target.ts';
import type { AgentYaml } from '../yaml/agent.ts';
import type { YamlPath } from '../yaml-source.ts';
import { targetPlaces } from './target-places.ts';

/** A text and where it stands. */
export interface TextPlace {
  readonly path: YamlPath;
  readonly text: string;
  /** May it speak of a call's arguments, as `args`? */
  readonly args?: boolean;
}

type Agent = WorkflowYaml['agents'][number];

/** Every pattern, of the workflow and of branches, with its path. */
export function patternPlaces(yaml: WorkflowYaml) {
  const inside = Object.entries(yaml.children).flatMap(([name, child]) =>
    branchesOf(name, child).map(({ path, branch }) => ({
      path: ['children', name, ...path, 'pattern'] as YamlPath,
      settings: patternSettings(branch.pattern),
      agents: branch.agents,
    })),
  );
  const agents = yaml.agents.map(({ name }) => name);
  return [{ path: ['pattern'] as YamlPath, settings: patternSettings(yaml.pattern), agents }, ...inside];
}

/** All expressions. */
export function expressionPlaces(yaml: WorkflowYaml): TextPlace[] {
  return [
    ...yaml.agents.flatMap((agent, index) => agentExpressions(agent, ['agents', index])),
    ...patternPlaces(yaml).flatMap(({ path, settings }) => [
      ...Object.entries(settings.eligible ?? {}).map(([name, text]) => ({ path: [...path, 'eligible', name], text })),
      ...(settings.kind === 'default' ? afterWorkExpressions(settings.after_work, [...path, 'after_work']) : []),
    ]),
    ...yaml.guardrails.flatMap(({ available }, index) => optional(['guardrails', index, 'available'], available)),
    ...Object.entries(yaml.tools).flatMap(([name, { approval }]) =>
      typeof approval === 'object'
        ? optional(['tools', name, 'approval', 'when'], approval.when).map((place) => ({ ...place, args: true }))
        : [],
    ),
    ...endExpressions(yaml.ends_on, ['ends_on']),
  ];
}

const optional = (path: YamlPath, text: string | undefined): TextPlace[] =>
  text === undefined ? [] : [{ path, text }];

function agentExpressions(agent: Agent, path: YamlPath): TextPlace[] {
  return [
    ...agent.handoffs.flatMap(({ available }, at) => optional([...path, 'handoffs', at, 'available'], available)),
    ...agent.context_handoffs.flatMap(({ when, available }, at) => [
      { path: [...path, 'context_handoffs', at, 'when'], text: when },
      ...optional([...path, 'context_handoffs', at, 'available'], available),
    ]),
    ...afterWorkExpressions(agent.after_work, [...path, 'after_work']),
    ...agent.updates.flatMap(({ when, set }, at) => [
      ...optional([...path, 'updates', at, 'when'], when),
      ...Object.entries(set).map(([name, value]) => ({
        path: [...path, 'updates', at, 'set', name],
        text: String(value),
      })),
    ]),
    ...endExpressions(agent.ends_on, [...path, 'ends_on']),
  ];
}

function afterWorkExpressions(written: AfterWorkYaml | undefined, path: YamlPath): TextPlace[] {
  return afterWorkEntries(written).flatMap(({ when, available }, index) => [
    ...optional([...path, index, 'when'], when),
    ...optional([...path, index, 'available'], available),
  ]);
}

function endExpressions(ends: Agent['ends_on'], path: YamlPath): TextPlace[] {
  return ends.flatMap((end, index) => (typeof end === 'string' ? [] : optional([...path, index, 'when'], end.when)));
}

/** All texts in which `{name}` stands for a variable. */
export function templatePlaces(yaml: WorkflowYaml): TextPlace[] {
  return [
    ...yaml.agents.flatMap((agent, index) => [
      { path: ['agents', index, 'system_message'], text: agent.system_message },
      ...agent.handoffs.map(({ when }, at) => ({ path: ['agents', index, 'handoffs', at, 'when'], text: when })),
    ]),
    ...patternPlaces(yaml).flatMap(({ path, settings }) =>
      settings.kind === 'auto' ? optional([...path, 'instruction'], settings.instruction) : [],
    ),
    ...targetPlaces(yaml).flatMap(({ path, target }) =>
      optional([...path, 'group_manager', 'instruction'], instructionOf(target)),
    ),
    ...Object.entries(yaml.children).flatMap(([name, child]) =>
      branchesOf(name, child).flatMap(({ path, branch }) =>
        optional(['children', name, ...path, 'message'], branch.message).map((place) => ({ ...place, args: true })),
      ),
    ),
  ];
}

const instructionOf = (target: TargetYaml): string | undefined =>
  typeof target === 'string' ? undefined : target.group_manager?.instruction;

/** All regular expressions, with the flags that are used. */
export function regexPlaces(yaml: WorkflowYaml): (TextPlace & { flags: string })[] {
  const ends = [
    ...yaml.agents.flatMap((agent, index) =>
      agent.ends_on.map((end, at) => ({ end, path: ['agents', index, 'ends_on', at] })),
    ),
    ...yaml.ends_on.map((end, at) => ({ end, path: ['ends_on', at] })),
  ];
  return [
    ...ends.flatMap(({ end, path }) =>
      typeof end === 'string' || end.matches === undefined
        ? []
        : [{ path: [...path, 'matches'], text: end.matches, flags: end.flags ?? '' }],
    ),
    ...yaml.guardrails.flatMap(({ matches, flags = 'iu' }, index) =>
      matches === undefined ? [] : [{ path: ['guardrails', index, 'matches'], text: matches, flags }],
    ),
  ];
}

/** The model of an agent, then those that it falls back to. */
export function agentModels({ model }: AgentYaml, path: YamlPath): TextPlace[] {
  if (typeof model === 'string') return [{ path, text: model }];
  return [
    { path: [...path, 'use'], text: model.use },
    ...model.fallbacks.map((text, at) => ({ path: [...path, 'fallbacks', at], text })),
  ];
}

/** All models that the workflow may call. */
export function modelPlaces(yaml: WorkflowYaml): TextPlace[] {
  return [
    ...yaml.agents.flatMap((agent, index) => [
      ...agentModels(agent, ['agents', index, 'model']),
      ...optional(['agents', index, 'context', 'model'], agent.context?.model),
    ]),
    ...patternPlaces(yaml).flatMap(({ path, settings }) =>
      settings.kind === 'auto' ? [{ path: [...path, 'model'], text: settings.model ?? 'default' }] : [],
    ),
    ...yaml.guardrails.flatMap(({ model }, index) => optional(['guardrails', index, 'model'], model)),
    ...Object.entries(yaml.children).flatMap(([name, child]) =>
      branchesOf(name, child).flatMap(({ path, branch }) =>
        typeof branch.summary === 'string'
          ? []
          : optional(['children', name, ...path, 'summary', 'model'], branch.summary.model),
      ),
    ),
    ...(typeof yaml.summary === 'object' ? optional(['summary', 'model'], yaml.summary.model) : []),
    ...optional(['title_model'], yaml.title_model),
  ];
}
