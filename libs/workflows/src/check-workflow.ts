import type { Check, CheckContext } from './check/check.ts';
import { branchFaults } from './check/check-branches.ts';
import { guardrailFaults } from './check/check-guardrails.ts';
import { nameFaults } from './check/check-names.ts';
import { reachabilityFaults } from './check/check-reachability.ts';
import { schemaFaults } from './check/check-schemas.ts';
import { targetFaults } from './check/check-targets.ts';
import { textFaults } from './check/check-texts.ts';
import { toolFaults } from './check/check-tools.ts';
import { agentModels, modelPlaces, patternPlaces } from './check/expression-places.ts';
import { questionFaults } from './question-settings.ts';
import type { WorkflowFault } from './workflow-fault.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import { branchesOf } from './yaml/child.ts';
import type { YamlSource } from './yaml-source.ts';

/** Everything that a workflow.yaml with the right shape can still have wrong. */
export function checkWorkflow(yaml: WorkflowYaml, source: YamlSource, context: CheckContext = {}): WorkflowFault[] {
  const check: Check = {
    yaml,
    source,
    context,
    agents: new Set(yaml.agents.map(({ name }) => name)),
    children: new Set(Object.keys(yaml.children)),
  };
  return [
    ...nameFaults(check),
    ...branchFaults(check),
    ...targetFaults(check),
    ...toolFaults(check),
    ...textFaults(check),
    ...guardrailFaults(check),
    ...schemaFaults(check),
    ...choiceFaults(check),
    ...budgetFaults(check),
    ...fallbackFaults(check),
    ...questionFaults(yaml, source),
    ...reachabilityFaults(check),
  ];
}

/** A model or a person who chooses goes by what the agents are for. */
function choiceFaults({ yaml, source }: Check): WorkflowFault[] {
  return patternPlaces(yaml).flatMap(({ path, settings, agents }) => {
    const { kind } = settings;
    if ((kind === 'auto' || kind === 'manual') && agents.length < 2 && settings.person !== true)
      return [source.fault(path, `there is nothing to choose: "${kind}" needs at least two agents`)];
    if (kind !== 'auto') return [];
    return yaml.agents.flatMap(({ name, description }, index) =>
      agents.includes(name) && description.trim() === ''
        ? [source.fault(['agents', index, 'name'], `"${name}" needs a "description": a model chooses the agent by it`)]
        : [],
    );
  });
}

/** A model that has failed is not asked once more in the same run. */
function fallbackFaults({ yaml, source }: Check): WorkflowFault[] {
  return yaml.agents.flatMap((agent, index) => {
    const models = agentModels(agent, ['agents', index, 'model']);
    return models
      .filter(({ text }, at) => models.findIndex((other) => other.text === text) < at)
      .map(({ text, path }) => source.fault(path, `"${text}" has failed by then: name each model once`));
  });
}

function budgetFaults({ yaml, source, context: { prices, modelName } }: Check): WorkflowFault[] {
  const budget = budgetOf(yaml);
  if (budget === undefined || prices === undefined) return [];
  return modelPlaces(yaml)
    .map(({ text, path }) => ({ model: modelName?.(text) ?? text, path }))
    .filter(({ model }) => model !== 'default' && !prices.has(model))
    .map(({ path, model }) =>
      source.fault(
        path,
        `the price of the model "${model}" is not known, so "${budget}" cannot be kept: add it to prices.yaml`,
      ),
    );
}

/** The first budget in dollars that the file has. */
function budgetOf({ limits, children }: WorkflowYaml): string | undefined {
  if (limits.budget_usd !== undefined) return 'budget_usd';
  if (limits.chat_budget_usd !== undefined) return 'chat_budget_usd';
  const branches = Object.entries(children).flatMap(([name, child]) => branchesOf(name, child));
  return branches.some(({ branch }) => branch.budget_usd !== undefined) ? 'budget_usd' : undefined;
}
