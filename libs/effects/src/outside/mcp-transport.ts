import type { Clock } from '@colloquy/contracts';
import type { McpServerYaml } from '@colloquy/workflows';
import { getDefaultEnvironment } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import { mcpFetch } from './mcp-fetch.ts';
import { readToolEnv, recordWithToolEnv, type ToolEnv } from './read-tool-env.ts';
import { StdioGroup } from './stdio-group.ts';

/** Longest end of a server's standard error that is kept, in UTF-16 code units. */
const STDERR_LENGTH = 2000;

/** The way to a server, and what it wrote to its standard error last. */
export interface McpTransport {
  readonly transport: Transport;
  readonly stderr: () => string;
  /** Tells the server that nothing more will come, before the way is closed. */
  readonly takeLeave: () => Promise<void>;
  /** Ends at once what was started for it, if anything was. */
  readonly kill: () => void;
}

/** What a way is made with. */
export interface McpSurroundings {
  readonly dir: string;
  readonly env: ToolEnv;
  readonly clock: Clock;
}

/** Makes the way to a server; nothing is started yet. @throws MissingEnvError */
export function mcpTransport(settings: McpServerYaml, around: McpSurroundings): McpTransport {
  return 'url' in settings ? httpTransport(settings, around.env) : stdioTransport(settings, around);
}

/** A process of its own: it gets PATH, HOME and the like, and besides them only the variables that are named. */
function stdioTransport(
  { command, args, env: names }: Extract<McpServerYaml, { command: string }>,
  { dir, env, clock }: McpSurroundings,
): McpTransport {
  const own = Object.fromEntries(Object.entries(names).map(([key, name]) => [key, readToolEnv(env, name)]));
  let end = '';
  const onStderr = (piece: string): void => {
    end = (end + piece).slice(-STDERR_LENGTH);
  };
  // The very Node that runs this service: an image need not have it on its PATH.
  const run = command === 'node' ? process.execPath : command;
  const transport = new StdioGroup(
    { command: run, args, cwd: dir, env: { ...getDefaultEnvironment(), ...own } },
    { clock, onStderr },
  );
  return {
    transport,
    stderr: () => end.trim(),
    takeLeave: () => Promise.resolve(),
    kill: () => {
      transport.kill();
    },
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
    kill: () => undefined,
  };
}
