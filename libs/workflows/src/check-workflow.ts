import { TARGET_WORDS } from './to-target.ts';
import { questionFaults } from './question-settings.ts';
import { templateVariables } from './template-variables.ts';
import type { WorkflowFault } from './workflow-fault.ts';
import type { WorkflowYaml } from './workflow-yaml.ts';
import type { YamlPath, YamlSource } from './yaml-source.ts';

/** Prices as far as a check needs them. */
export interface PriceList {
  /** Names this list of prices; goes into each definition. */
  readonly hash: string;
  /** Is the price of this model known? */
  has(model: string): boolean;
}

/** What a workflow is checked against. Without `tools` the names of tools are not checked. */
export interface CheckContext {
  readonly tools?: readonly string[] | undefined;
  readonly prices?: PriceList | undefined;
  /** What the name of a model stands for; without it nobody knows what `default` will be, and it is let through. */
  readonly modelName?: ((model: string) => string) | undefined;
}

interface Check {
  readonly yaml: WorkflowYaml;
  readonly source: YamlSource;
  readonly context: CheckContext;
  readonly agents: ReadonlySet<string>;
}

/** Names that the engine gives to tools of its own. */
const RESERVED_TOOL = /^(transfer_to_.*|ask_person)$/;
/** `transfer_to_user` gives the turn back to the person. */
const RESERVED_AGENTS: readonly string[] = [...TARGET_WORDS, 'user'];
/** Parameters that a model call sets itself. */
const OWN_PARAMETERS = ['model', 'messages', 'stream', 'stream_options', 'tools', 'tool_choice', 'n'];

/** Everything that a workflow.yaml with the right shape can still have wrong. */
export function checkWorkflow(yaml: WorkflowYaml, source: YamlSource, context: CheckContext = {}): WorkflowFault[] {
  const check: Check = { yaml, source, context, agents: new Set(yaml.agents.map(({ name }) => name)) };
  return [
    ...agentNames(check),
    ...initialAgent(check),
    ...targets(check),
    ...toolNames(check),
    ...parameters(check),
    ...templates(check),
    ...budget(check),
    ...questionFaults(yaml, source),
    ...reachability(check),
  ];
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
    : [source.fault(['initial_agent'], unknownAgent(yaml.initial_agent, agents))];
}

const unknownAgent = (name: string, agents: ReadonlySet<string>): string =>
  `there is no agent "${name}"; agents: ${[...agents].join(', ')}`;

/** Every place that names a target, with its path. */
function targetsOf(yaml: WorkflowYaml): { path: YamlPath; name: string; by: 'handoff' | 'after_work' | 'tool' }[] {
  const ofAgents = yaml.agents.flatMap((agent, index) => [
    ...agent.handoffs.map(({ to }, place) => ({
      path: ['agents', index, 'handoffs', place, 'to'],
      name: to,
      by: 'handoff' as const,
    })),
    ...(agent.after_work === undefined
      ? []
      : [{ path: ['agents', index, 'after_work'], name: agent.after_work, by: 'after_work' as const }]),
  ]);
  const fallback = defaultAfterWork(yaml);
  return [
    ...ofAgents,
    ...(fallback === undefined ? [] : [{ path: ['pattern', 'after_work'], name: fallback, by: 'after_work' as const }]),
    ...Object.entries(yaml.tools).flatMap(([tool, settings]) =>
      (settings.targets ?? []).map((name, index) => ({
        path: ['tools', tool, 'targets', index],
        name,
        by: 'tool' as const,
      })),
    ),
  ];
}

/** `after_work` of the pattern, when it says one. */
export function defaultAfterWork({ pattern }: WorkflowYaml): string | undefined {
  return typeof pattern === 'object' && pattern.kind === 'default' ? pattern.after_work : undefined;
}

function targets({ yaml, source, agents }: Check): WorkflowFault[] {
  const unknown = targetsOf(yaml)
    .filter(({ name }) => !agents.has(name) && !TARGET_WORDS.some((word) => word === name))
    .map(({ path, name }) => source.fault(path, unknownAgent(name, agents)));
  const odd = yaml.agents.flatMap((agent, index) =>
    agent.handoffs.flatMap(({ to }, place) => {
      const path = ['agents', index, 'handoffs', place, 'to'];
      if (to === 'stay' || to === agent.name) return [source.fault(path, `"${agent.name}" hands over to itself`)];
      return agent.handoffs.findIndex((other) => other.to === to) < place
        ? [source.fault(path, `there is already a handoff to "${to}": join their "when"`)]
        : [];
    }),
  );
  return [...unknown, ...odd];
}

function toolNames({ yaml, source, context: { tools } }: Check): WorkflowFault[] {
  const uses = yaml.agents.flatMap((agent, index) =>
    agent.tools.map((name, place) => ({
      name,
      path: ['agents', index, 'tools', place],
      twice: agent.tools.indexOf(name) < place,
    })),
  );
  const settings = Object.keys(yaml.tools).map((name) => ({ name, path: ['tools', name], twice: false }));
  return [...uses, ...settings].flatMap(({ name, path, twice }) => {
    const fault = (message: string): WorkflowFault[] => [
      path[0] === 'tools' ? source.faultAtKey(path, message) : source.fault(path, message),
    ];
    if (RESERVED_TOOL.test(name)) return fault(`"${name}" is a tool of the engine: use handoffs or ask_person`);
    if (twice) return fault(`the tool "${name}" is listed twice`);
    if (tools === undefined || tools.includes(name)) return [];
    const known = tools.length === 0 ? 'tools.ts defines none' : `tools.ts defines: ${tools.join(', ')}`;
    return fault(`there is no tool "${name}"; ${known}`);
  });
}

function parameters({ yaml, source }: Check): WorkflowFault[] {
  return yaml.agents.flatMap((agent, index) =>
    Object.keys(agent.parameters)
      .filter((key) => OWN_PARAMETERS.includes(key))
      .map((key) =>
        source.faultAtKey(['agents', index, 'parameters', key], `"${key}" is set by the call itself: remove it`),
      ),
  );
}

function templates({ yaml, source }: Check): WorkflowFault[] {
  const known = Object.keys(yaml.variables);
  return yaml.agents.flatMap((agent, index) =>
    templateVariables(agent.system_message)
      .filter((name) => !known.includes(name))
      .map((name) => {
        const list = known.length === 0 ? 'there are none' : `variables: ${known.join(', ')}`;
        return source.fault(['agents', index, 'system_message'], `there is no variable "${name}"; ${list}`);
      }),
  );
}

function budget({ yaml, source, context: { prices, modelName } }: Check): WorkflowFault[] {
  if (yaml.limits.budget_usd === undefined || prices === undefined) return [];
  const models = [
    ...yaml.agents.map(({ model }, index) => ({ model, path: ['agents', index, 'model'] })),
    ...(yaml.title_model === undefined ? [] : [{ model: yaml.title_model, path: ['title_model'] }]),
  ];
  return models
    .map(({ model, path }) => ({ model: modelName?.(model) ?? model, path }))
    .filter(({ model }) => model !== 'default' && !prices.has(model))
    .map(({ model, path }) =>
      source.fault(
        path,
        `the price of the model "${model}" is not known, so "budget_usd" cannot be kept: add it to prices.yaml`,
      ),
    );
}

/** Only the default pattern can leave an agent out: there someone must hand over to it. */
function reachability({ yaml, source, agents }: Check): WorkflowFault[] {
  const kind = typeof yaml.pattern === 'string' ? yaml.pattern : yaml.pattern.kind;
  const first = yaml.initial_agent ?? yaml.agents[0]?.name;
  if (kind !== 'default' || first === undefined || !agents.has(first)) return [];
  const reached = new Set<string>();
  const open = [first];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    if (reached.has(name)) continue;
    reached.add(name);
    open.push(...nextOf(yaml, name));
  }
  return yaml.agents.flatMap(({ name }, index) =>
    reached.has(name)
      ? []
      : [source.fault(['agents', index, 'name'], `nobody hands over to "${name}": it can never have a turn`)],
  );
}

function nextOf(yaml: WorkflowYaml, name: string): string[] {
  const agent = yaml.agents.find((candidate) => candidate.name === name);
  if (agent === undefined) return [];
  const afterWork = agent.after_work ?? defaultAfterWork(yaml);
  return [
    ...agent.handoffs.map(({ to }) => to),
    ...(afterWork === undefined ? [] : [afterWork]),
    ...agent.tools.flatMap((tool) => yaml.tools[tool]?.targets ?? []),
  ];
}
