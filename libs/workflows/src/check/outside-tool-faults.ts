import { z } from 'zod';
import { httpToolInput, namedIn, namedInBody, type HttpToolInput } from '../http-tool-input.ts';
import type { WorkflowFault } from '../workflow-fault.ts';
import type { WorkflowYaml } from '../workflow-yaml.ts';
import type { YamlPath, YamlSource } from '../yaml-source.ts';
import { schemaFaultsAt } from './check-schemas.ts';
import type { HttpToolYaml } from '../yaml/outside-tools.ts';

/** Everything that `mcp` and `http` with the right shape can still have wrong. */
export function outsideToolFaults(yaml: WorkflowYaml, source: YamlSource): WorkflowFault[] {
  return [
    ...Object.entries(yaml.http).flatMap(([name, tool]) => httpFaults(tool, ['http', name], source)),
    ...wildcards(yaml, source),
  ];
}

function httpFaults(tool: HttpToolYaml, path: YamlPath, source: YamlSource): WorkflowFault[] {
  let input: HttpToolInput;
  try {
    input = httpToolInput(tool.input);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [source.fault([...path, 'input'], `is no description of arguments: ${why}`)];
  }
  const wrong = inputFaults(tool.input, [...path, 'input'], source);
  if (wrong.length > 0) return wrong;
  const places = [
    { path: [...path, 'url'], names: namedIn(tool.url) },
    ...Object.entries(tool.query ?? {}).map(([key, text]) => ({ path: [...path, 'query', key], names: namedIn(text) })),
    { path: [...path, 'body'], names: namedInBody(tool.body) },
  ];
  const unknown = places.flatMap((place) =>
    place.names
      .filter((name) => !input.names.includes(name))
      .map((name) => source.fault(place.path, `there is no argument "${name}"; ${known(input.names)}`)),
  );
  const faults = [...unknown, ...optionalInPath(tool, input).map((why) => source.fault([...path, 'url'], why))];
  return tool.method === 'GET' && tool.body !== undefined
    ? [...faults, source.faultAtKey([...path, 'body'], 'a GET has no body: use "query", or another method')]
    : faults;
}

/** One schema of all arguments, or one for each that is described by a map. */
function inputFaults(input: HttpToolYaml['input'], path: YamlPath, source: YamlSource): WorkflowFault[] {
  if (input['type'] === 'object') return schemaFaultsAt(input, path, source);
  return Object.entries(input).flatMap(([name, written]) => {
    if (typeof written !== 'object' || written === null || Array.isArray(written)) return [];
    const { optional: _ours, ...schema } = written;
    return schemaFaultsAt(schema, [...path, name], source);
  });
}

/** Without an argument of its path a call would be one on another thing: on all items instead of one. */
function optionalInPath({ url }: HttpToolYaml, { names, schema }: HttpToolInput): string[] {
  const [path = ''] = url.split(/[?#]/);
  const given = z.object({ required: z.array(z.string()).catch([]) }).parse(schema).required;
  const properties = z.record(z.string(), z.unknown()).parse(schema['properties'] ?? {});
  const isSure = (name: string): boolean =>
    given.includes(name) || z.object({ default: z.json() }).safeParse(properties[name]).success;
  return namedIn(path)
    .filter((name) => names.includes(name) && !isSure(name))
    .map((name) => `the path needs "${name}": it may not be left out`);
}

const known = (names: readonly string[]): string =>
  names.length === 0 ? '"input" has none' : `"input" has: ${names.join(', ')}`;

/** `<server>_*` must name a server. */
function wildcards(yaml: WorkflowYaml, source: YamlSource): WorkflowFault[] {
  const servers = Object.keys(yaml.mcp);
  return yaml.agents.flatMap((agent, index) =>
    agent.tools.flatMap((name, at) =>
      !name.endsWith('_*') || servers.includes(name.slice(0, -2))
        ? []
        : [source.fault(['agents', index, 'tools', at], `there is no MCP server "${name.slice(0, -2)}" under "mcp"`)],
    ),
  );
}
