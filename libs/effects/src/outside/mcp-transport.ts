import type { McpServerYaml } from '@colloquy/workflows';
import { getDefaultEnvironment, StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { readToolEnv, recordWithToolEnv, type ToolEnv } from './read-tool-env.ts';

/** Longest end of a server's standard error that is kept, in UTF-16 code units. */
const STDERR_LENGTH = 2000;

/** The way to a server, and what it wrote to its standard error last. */
export interface McpTransport {
  readonly transport: Transport;
  readonly stderr: () => string;
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
  return { transport, stderr: () => end.trim() };
}

function httpTransport({ url, headers }: Extract<McpServerYaml, { url: string }>, env: ToolEnv): McpTransport {
  const transport = new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: recordWithToolEnv(env, headers) },
    // The headers hold secrets: they go where the workflow says and nowhere else.
    fetch: (to, init) => fetch(to, { ...init, redirect: 'error' }),
  });
  return { transport, stderr: () => '' };
}
