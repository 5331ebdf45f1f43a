/** Tools: names that are there, and settings that can be kept. */
import { serverOfTool } from '../mcp-tool-name.ts';
import { toolPlaces, type ToolPlace } from '../tool-places.ts';
import type { WorkflowFault } from '../workflow-fault.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import { isIdempotent } from '../yaml/outside-tools.ts';
import { RESERVED_TOOL, type Check } from './check.ts';
import { didYouMean } from './did-you-mean.ts';

/** Everything wrong with tools. */
export function toolFaults(check: Check): WorkflowFault[] {
  return [
    ...toolPlaces(check.yaml).flatMap((place) => nameFault(check, place)),
    ...doubledUses(check),
    ...doubledNames(check),
    ...settingFaults(check),
    ...ownParameters(check),
  ];
}

const isSetting = ({ path }: ToolPlace): boolean => path[0] === 'tools';

function nameFault({ yaml, source, context: { tools } }: Check, place: ToolPlace): WorkflowFault[] {
  const { name, path, by } = place;
  const fault = (message: string): WorkflowFault[] => [
    isSetting(place) ? source.faultAtKey(path, message) : source.fault(path, message),
  ];
  if (RESERVED_TOOL.test(name)) return fault(`"${name}" is a tool of the engine: use handoffs or ask_person`);
  if (by === 'engine' && Object.hasOwn(yaml.children, name))
    return fault(`the child "${name}" cannot be called as a function`);
  if (Object.hasOwn(yaml.children, name) || Object.hasOwn(yaml.http, name) || name.endsWith('_*')) return [];
  if (serverOfTool(name, Object.keys(yaml.mcp)) !== undefined) return [];
  if (tools === undefined || tools.some((tool) => tool.name === name)) return [];
  return fault(`there is no tool "${name}"${hint(yaml, tools, name)}`);
}

function hint(yaml: WorkflowYaml, tools: readonly { name: string }[], name: string): string {
  const own = tools.map((tool) => tool.name);
  const others = [...Object.keys(yaml.children), ...Object.keys(yaml.http)];
  const known = own.length === 0 ? 'tools.ts defines none' : `tools.ts defines: ${own.join(', ')}`;
  const more = others.length === 0 ? '' : `; besides: ${others.join(', ')}`;
  return `${didYouMean(name, [...own, ...others])}; ${known}${more}`;
}

function doubledUses({ yaml, source }: Check): WorkflowFault[] {
  return yaml.agents.flatMap((agent, index) =>
    agent.tools.flatMap((name, place) =>
      agent.tools.indexOf(name) < place
        ? [source.fault(['agents', index, 'tools', place], `the tool "${name}" is listed twice`)]
        : [],
    ),
  );
}

/** A tool of tools.ts, an HTTP call and a child share one list of names. */
function doubledNames({ yaml, source, context: { tools = [] } }: Check): WorkflowFault[] {
  const inCode = (name: string): boolean => tools.some((tool) => tool.name === name);
  return [
    ...Object.keys(yaml.children).flatMap((name) =>
      inCode(name) || Object.hasOwn(yaml.http, name)
        ? [source.faultAtKey(['children', name], `there is a tool "${name}": give the child another name`)]
        : [],
    ),
    ...Object.keys(yaml.http).flatMap((name) =>
      inCode(name) ? [source.faultAtKey(['http', name], `tools.ts defines a tool "${name}" too`)] : [],
    ),
    ...Object.keys(yaml.http).flatMap((name) =>
      RESERVED_TOOL.test(name) ? [source.faultAtKey(['http', name], `"${name}" is a tool of the engine`)] : [],
    ),
    ...Object.keys(yaml.children).flatMap((name) =>
      RESERVED_TOOL.test(name) ? [source.faultAtKey(['children', name], `"${name}" is a tool of the engine`)] : [],
    ),
  ];
}

const own = <T>(record: Readonly<Record<string, T>>, name: string): T | undefined =>
  Object.hasOwn(record, name) ? record[name] : undefined;

function settingFaults({ yaml, source, context: { tools = [] } }: Check): WorkflowFault[] {
  return Object.entries(yaml.tools).flatMap(([name, settings]) => {
    const code = tools.find((candidate) => candidate.name === name);
    const http = own(yaml.http, name);
    // What a server says of its tools is not known here: of those, one that is not idempotent is tried once.
    const idempotent = settings.idempotent ?? code?.idempotent ?? (http && isIdempotent(http));
    const tries = typeof settings.retry === 'number' ? settings.retry : (settings.retry?.attempts ?? 1);
    return tries > 1 && idempotent === false
      ? [source.fault(['tools', name, 'retry'], `"${name}" is not idempotent: a second try could be a second effect`)]
      : [];
  });
}

/** Parameters that a model call sets itself. */
const OWN_PARAMETERS = [
  'model',
  'messages',
  'stream',
  'stream_options',
  'tools',
  'tool_choice',
  'n',
  'response_format',
];

function ownParameters({ yaml, source }: Check): WorkflowFault[] {
  return yaml.agents.flatMap((agent, index) =>
    Object.keys(agent.parameters)
      .filter((key) => OWN_PARAMETERS.includes(key))
      .map((key) =>
        source.faultAtKey(['agents', index, 'parameters', key], `"${key}" is set by the call itself: remove it`),
      ),
  );
}
