import type { McpServerYaml } from '@colloquy/workflows';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { mcpFetch } from './mcp-fetch.ts';
import { readToolEnv, recordWithToolEnv, type ToolEnv } from './read-tool-env.ts';

/** Longest end of a server's standard error that is kept, in UTF-16 code units. */
const STDERR_LENGTH = 2000;

/** The way to a server, and what it wrote to its standard error last. */
export interface McpTransport {
  readonly transport: Transport;
  readonly stderr: () => string;
  /** Tells the server that nothing more will come, before the way is closed. */
  readonly takeLeave: () => Promise<void>;
  /** Number of the process, where there is one that runs. */
  readonly pid: () => number | undefined;
}

/** Makes the way to a server; nothing is started yet. @throws MissingEnvError */
export function mcpTransport(settings: McpServerYaml, { dir, env }: { dir: string; env: ToolEnv }): McpTransport {
  return 'url' in settings ? httpTransport(settings, env) : stdioTransport(settings, dir, env);
}

/** A process of its own: it gets PATH, HOME and the like, and besides them only the variables that are named. */
function stdioTransport(
  { command, args, env: names }: Extract<McpServerYaml, { command: string }>,
  dir: string,
  env: ToolEnv,
): McpTransport {
  const own = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, readToolEnv(env, name)]));
  const transport = new StdioClientTransport({
    // The very Node that runs this service: an image need not have it on its PATH.
    command: command === 'node' ? process.execPath : command,
    args,
    cwd: dir,
    env: { ...getDefaultEnvironment(), ...own },
    stderr: 'pipe',
  });
  let end = '';
  transport.stderr?.on('data', (piece: Buffer) => {
    end = (end + piece.toString()).slice(-STDERR_LENGTH);
  });
  return {
    transport,
    stderr: () => end.trim(),
    takeLeave: () => Promise.resolve(),
    pid: () => transport.pid ?? undefined,
  };
}

function httpTransport({ url, headers }: Extract<McpServerYaml, { url: string }>, env: ToolEnv): McpTransport {
  const transport: StreamableHTTPClientTransport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: recordWithToolEnv(env, headers) },
    fetch: mcpFetch((error) => transport.onerror?.(error)),
  });
  return {
    transport,
    stderr: () => '',
    takeLeave: () => transport.terminateSession(),
    pid: () => undefined,
  };
}
