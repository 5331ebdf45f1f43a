import type { Clock } from '@colloquy/contracts';
import type { OutsideTools, OutsideToolSet, OutsideToolsOf, Tool } from '@colloquy/workflows';
import { httpTool } from './http-tool.ts';
import { McpServer } from './mcp-server.ts';
import { mcpToolOf, mcpTools, unknownMcpTools, type NamedServer } from './mcp-tools.ts';
import type { ToolEnv } from './read-tool-env.ts';
import type { ToolLog } from './tool-log.ts';

/** What {@link createOutsideTools} needs. */
export interface OutsideToolsOptions {
  readonly clock: Clock;
  /** The variables that workflows may give to tools: those whose names begin with TOOL_. */
  readonly env: ToolEnv;
  readonly log: ToolLog;
}

/** MCP servers and HTTP calls as tools; `close` ends every server, and kills the processes that live on at `deadline`. */
export function createOutsideTools(
  options: OutsideToolsOptions,
): OutsideTools & { close(deadline?: AbortSignal): Promise<void> } {
  const servers: McpServer[] = [];
  return {
    open: (of) => openSet(options, of, servers),
    async close(deadline) {
      await Promise.allSettled(servers.map((server) => server.close(deadline)));
    },
  };
}

async function openSet(
  { clock, env, log }: OutsideToolsOptions,
  { workflow, dir, settings }: OutsideToolsOf,
  all: McpServer[],
): Promise<OutsideToolSet> {
  const listeners = new Set<() => void>();
  const onChange = (): void => {
    for (const listener of listeners) listener();
  };
  const servers = Object.entries(settings.mcp).map(([name, each]): NamedServer => {
    const server = new McpServer({ workflow, name, dir, settings: each, env, clock, log, onChange });
    all.push(server);
    return { name, settings: each, server };
  });
  const http = httpTools({ settings, env });
  await Promise.all(servers.map(({ server }) => server.start()));
  return {
    get tools() {
      return [...http.tools, ...servers.flatMap(mcpTools)];
    },
    get missing() {
      return [...http.missing, ...servers.flatMap(missingOf)];
    },
    onChange(listener) {
      listeners.add(listener);
    },
    find(definition) {
      const { source, name } = definition;
      if (source?.kind !== 'mcp') return http.tools.find((tool) => tool.name === name);
      const server = servers.find((each) => each.name === source.server);
      return server && mcpToolOf(server, definition);
    },
  };
}

function httpTools({ settings, env }: Pick<OutsideToolsOf, 'settings'> & { env: ToolEnv }): {
  tools: readonly Tool[];
  missing: readonly string[];
} {
  const made = Object.entries(settings.http).map(([name, each]) => {
    try {
      return { tool: httpTool({ name, settings: each, env, allowHosts: settings.allow_hosts }) };
    } catch (error) {
      return {
        missing: `The tool "${name}" cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      };
    }
  });
  return {
    tools: made.flatMap(({ tool }) => tool ?? []),
    missing: made.flatMap(({ missing }) => missing ?? []),
  };
}

function missingOf(named: NamedServer): string[] {
  const { name, settings, server } = named;
  if (settings.optional) return [];
  if (server.failure !== undefined) return [`The MCP server "${name}" is not there: ${server.failure}`];
  return unknownMcpTools(named).map((tool) => `The MCP server "${name}" has no tool "${tool}".`);
}
