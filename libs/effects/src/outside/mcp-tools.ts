import { jsonSchema, type ToolDefinition } from '@colloquy/contracts';
import { createTool, durationMs, mcpToolName, type McpServerYaml, type Tool } from '@colloquy/workflows';
import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import { mcpContent } from './mcp-content.ts';
import { mcpFailure } from './mcp-faults.ts';
import type { McpServer } from './mcp-server.ts';

/** A server with its name and settings. */
export interface NamedServer {
  readonly name: string;
  readonly settings: McpServerYaml;
  readonly server: McpServer;
}

/** The tools that a server offers to its workflow. */
export function mcpTools(named: NamedServer): Tool[] {
  const wanted = named.settings.tools;
  return offered(named)
    .filter((listed) => wanted === undefined || wanted.includes(listed.name))
    .map((listed) => mcpTool(named, listed));
}

const offered = ({ server }: NamedServer): readonly ListedTool[] => server.tools ?? [];

/** What of `tools` in the settings the server does not have. */
export function unknownMcpTools(named: NamedServer): string[] {
  const names = offered(named).map(({ name }) => name);
  return (named.settings.tools ?? []).filter((name) => !names.includes(name));
}

function mcpTool({ name: server, settings, ...named }: NamedServer, listed: ListedTool): Tool {
  const { readOnlyHint, idempotentHint, destructiveHint } = listed.annotations ?? {};
  const timeoutMs = durationMs(settings.timeout);
  return createTool({
    name: mcpToolName(server, listed.name),
    description: listed.description ?? listed.title ?? '',
    source: { kind: 'mcp', server, tool: listed.name },
    idempotent: readOnlyHint === true || idempotentHint === true,
    approval: settings.approval ?? (destructiveHint === true && readOnlyHint !== true ? 'required' : 'none'),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    inputSchema: () => inputSchemaOf(listed),
    invoke: (args, ctx) => callMcpTool({ server, tool: listed.name, args, of: named.server }, ctx),
  });
}

/** As the server says it, but for the dialect, which providers do not take. */
function inputSchemaOf({ inputSchema: { $schema: _dialect, ...schema } }: ListedTool): ToolDefinition['inputSchema'] {
  return z.record(z.string(), jsonSchema).parse(schema);
}

/** The tool of a run's definition, listed or not: the server decides what it answers. */
export function mcpToolOf(named: NamedServer, definition: Pick<ToolDefinition, 'name' | 'source'>): Tool | undefined {
  const { source, name } = definition;
  if (source?.kind !== 'mcp') return undefined;
  const listed = mcpTools(named).find((tool) => tool.source?.kind === 'mcp' && tool.source.tool === source.tool);
  if (listed !== undefined) return listed;
  return createTool({
    name,
    description: '',
    source,
    inputSchema: () => ({ type: 'object' }),
    invoke: (args, ctx) => callMcpTool({ server: named.name, tool: source.tool, args, of: named.server }, ctx),
  });
}

interface Invocation {
  readonly server: string;
  readonly tool: string;
  readonly args: unknown;
  readonly of: McpServer;
}

async function callMcpTool({ server, tool, args, of }: Invocation, ctx: Parameters<Tool['invoke']>[1]) {
  try {
    const call = { tool, arguments: z.record(z.string(), z.unknown()).parse(args ?? {}), signal: ctx.signal };
    const answer = await of.call({
      ...call,
      idempotencyKey: ctx.idempotencyKey,
      onProgress: (text) => ctx.progress(text),
    });
    return mcpContent(answer);
  } catch (error) {
    if (ctx.signal.aborted) throw error;
    throw mcpFailure(error, { server, tool });
  }
}
