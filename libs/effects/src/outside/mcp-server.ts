/**
 * One MCP server of one workflow.
 *
 * Invariants (tests name them):
 * M1  Nothing that a server does or fails to do is thrown anywhere but at who calls one of its tools.
 * M2  What was listed once stays listed while the server is away: only the server itself takes a tool off its list.
 * M3  A call is sent a second time only when the first surely never arrived.
 * M4  A server that is away is called again at the next use, and otherwise ever more seldom, at least once a minute.
 * M5  A server is not taken for gone while it works for somebody: only a way that is surely cut counts then.
 */
import type { Clock, TimerHandle } from '@colloquy/contracts';
import type { McpServerYaml } from '@colloquy/workflows';
import { durationMs } from '@colloquy/workflows';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import {
  CallToolResultSchema,
  ToolListChangedNotificationSchema,
  type CallToolResult,
  type Tool as ListedTool,
} from '@modelcontextprotocol/sdk/types.js';
import { StopSignal } from '../stop-signal.ts';
import { isAnswer, isStray, neverArrived } from './mcp-faults.ts';
import { ListTooLargeError, listMcpTools } from './mcp-list.ts';
import { mcpTransport, type McpTransport } from './mcp-transport.ts';
import { MissingEnvError, type ToolEnv } from './read-tool-env.ts';
import type { ToolLog } from './tool-log.ts';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 60_000;
/** The SDK's own timers only back up ours, which run on the Clock. */
const BACKUP_MS = 24 * 3_600_000;
/** How long a server whose stream broke may take to show that it is alive, while nobody waits for it. */
const PING_MS = 10_000;
/** How long it may take a server to hear that its connection ends. */
const LEAVE_MS = 2000;
const DEFAULT_CONNECT_MS = 10_000;

/** What an {@link McpServer} is made of. */
export interface McpServerParts {
  readonly workflow: string;
  readonly name: string;
  readonly dir: string;
  readonly settings: McpServerYaml;
  readonly env: ToolEnv;
  readonly clock: Clock;
  readonly log: ToolLog;
  /** Called when `tools` or `failure` has changed. */
  readonly onChange: () => void;
}

/** A call of one of a server's tools. */
export interface McpCall {
  readonly tool: string;
  readonly arguments: Record<string, unknown>;
  /** Goes along in `_meta`, the same on every attempt. */
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
  onProgress(text: string): void;
}

/** One MCP server of one workflow. */
export class McpServer {
  readonly #parts: McpServerParts;
  readonly #closing = new AbortController();
  #client: Client | undefined;
  #connecting: Promise<Client> | undefined;
  #tools: readonly ListedTool[] | undefined;
  #failure: string | undefined;
  #retry: TimerHandle | undefined;
  #retries = 0;
  /** Calls that wait for an answer. */
  #waiting = 0;
  #probed: Client | undefined;
  readonly #ways = new Map<Client, McpTransport>();
  readonly #ending = new Set<Promise<void>>();
  readonly #deadline = new AbortController();

  constructor(parts: McpServerParts) {
    this.#parts = parts;
  }

  /** What it lists; undefined when it was never reached. */
  get tools(): readonly ListedTool[] | undefined {
    return this.#tools;
  }

  /** Why it was never reached, in words for everybody. */
  get failure(): string | undefined {
    return this.#tools === undefined ? this.#failure : undefined;
  }

  /** Connects and lists for the first time; resolves also when that fails, at the latest after `connect_timeout`. */
  async start(): Promise<void> {
    await this.#connection().catch(() => undefined);
  }

  /**
   * Calls a tool. Gives what it answered, which may say that it failed.
   * @throws the signal's reason; McpError; any error of the way to the server
   */
  async call(call: McpCall): Promise<CallToolResult> {
    const stop = new StopSignal(this.#parts.clock, call.signal);
    try {
      const stopped = stop.stopped();
      const client = await Promise.race([this.#connection(), stopped]);
      try {
        return await Promise.race([this.#request(client, call), stopped]);
      } catch (error) {
        if (!neverArrived(error) || call.signal.aborted) throw error;
        this.#drop(client);
        return await Promise.race([this.#request(await this.#connection(), call), stopped]);
      }
    } finally {
      stop.close();
    }
  }

  /** Ends the connection, and with it the process; what has not ended at `deadline` is killed. */
  async close(deadline?: AbortSignal): Promise<void> {
    const kill = (): void => this.#deadline.abort();
    if (deadline?.aborted === true) kill();
    else deadline?.addEventListener('abort', kill, { once: true });
    this.#closing.abort(new Error('The service is closing.'));
    this.#clearRetry();
    const client = this.#client;
    this.#client = undefined;
    if (client !== undefined) this.#end(client);
    await Promise.allSettled([this.#connecting, ...this.#ending]);
    await Promise.allSettled(this.#ending);
  }

  /** Closes a connection in the background: a process may take seconds to end. */
  #end(client: Client): void {
    const way = this.#ways.get(client);
    this.#ways.delete(client);
    const kill = (): void => way?.kill();
    const { signal } = this.#deadline;
    signal.addEventListener('abort', kill, { once: true });
    const ending = this.#takeLeave(way)
      // Not the client's: it has forgotten its way when that was cut, and what was started for it would live on.
      .then(() => way?.transport.close())
      .catch(() => undefined)
      .finally(() => {
        signal.removeEventListener('abort', kill);
        this.#ending.delete(ending);
      });
    this.#ending.add(ending);
    if (signal.aborted) kill();
  }

  async #takeLeave(way: McpTransport | undefined): Promise<void> {
    const stop = new StopSignal(this.#parts.clock, this.#deadline.signal);
    stop.setTimer('leave', LEAVE_MS, () => new Error('The server did not hear that we leave.'));
    // Only a kindness: the server forgets us by itself too.
    await Promise.race([way?.takeLeave(), stop.stopped()]).catch(() => undefined);
    stop.close();
  }

  async #request(client: Client, call: McpCall): Promise<CallToolResult> {
    this.#waiting += 1;
    try {
      return await this.#send(client, call);
    } finally {
      this.#waiting -= 1;
    }
  }

  #send(client: Client, call: McpCall): Promise<CallToolResult> {
    const params = { name: call.tool, arguments: call.arguments, _meta: { 'colloquy/key': call.idempotencyKey } };
    return client.request({ method: 'tools/call', params }, CallToolResultSchema, {
      signal: call.signal,
      timeout: BACKUP_MS,
      onprogress: ({ progress, total, message }) => {
        const share = total === undefined ? String(progress) : `${String(progress)}/${String(total)}`;
        call.onProgress(message ?? share);
      },
    });
  }

  #connection(): Promise<Client> {
    if (this.#client !== undefined) return Promise.resolve(this.#client);
    this.#connecting ??= this.#connect().finally(() => {
      this.#connecting = undefined;
    });
    return this.#connecting;
  }

  async #connect(): Promise<Client> {
    const { clock, settings, dir, env } = this.#parts;
    this.#clearRetry();
    const client = new Client({ name: 'colloquy', version: '1.0.0' });
    const stop = new StopSignal(clock, this.#closing.signal);
    const ms = durationMs(settings.connect_timeout) ?? DEFAULT_CONNECT_MS;
    stop.setTimer('timeout', ms, () => new Error(`no answer within ${String(ms / 1000)} seconds`));
    let stderr = (): string => '';
    try {
      const way = mcpTransport(settings, { dir, env, clock });
      this.#ways.set(client, way);
      stderr = way.stderr;
      const opened = client.connect(way.transport, { signal: stop.signal, timeout: BACKUP_MS });
      const listed = opened.then(() => listMcpTools(client, { signal: stop.signal, timeout: BACKUP_MS }));
      const tools = await Promise.race([listed, stop.stopped()]);
      this.#adopt(client, tools);
      return client;
    } catch (error) {
      this.#end(client);
      this.#failed(error, stderr());
      throw error;
    } finally {
      stop.close();
    }
  }

  #adopt(client: Client, tools: readonly ListedTool[]): void {
    this.#client = client;
    client.onclose = () => this.#drop(client);
    client.onerror = (error) => {
      if (!isStray(error)) void this.#probe(client);
    };
    client.setNotificationHandler(ToolListChangedNotificationSchema, () => this.#listAgain(client));
    const { clock } = this.#parts;
    // Only who stays is forgiven its falls: one that dies at once is not started again every second.
    this.#retry = clock.setTimeout(() => {
      this.#retries = 0;
      this.#retry = undefined;
    }, LONGEST_RETRY_MS);
    this.#tell('info', { tools: tools.length }, 'an MCP server is connected');
    this.#changed(tools);
  }

  #changed(tools: readonly ListedTool[]): void {
    const same = this.#failure === undefined && JSON.stringify(tools) === JSON.stringify(this.#tools);
    this.#tools = tools;
    this.#failure = undefined;
    if (!same) this.#parts.onChange();
  }

  async #listAgain(client: Client): Promise<void> {
    try {
      const tools = await listMcpTools(client, { signal: this.#closing.signal, timeout: BACKUP_MS });
      if (this.#client === client) this.#changed(tools);
    } catch (error) {
      this.#tell('warn', { err: error }, 'the changed list of tools of an MCP server cannot be read');
    }
  }

  /** Something went wrong on the way, and the SDK does not say of whose call: is the server there at all? */
  async #probe(client: Client): Promise<void> {
    if (this.#client !== client || this.#probed === client) return;
    this.#probed = client;
    const stop = new StopSignal(this.#parts.clock, this.#closing.signal);
    stop.setTimer('ping', PING_MS, () => new Error('no answer to a ping'));
    try {
      await Promise.race([client.ping({ signal: stop.signal, timeout: BACKUP_MS }), stop.stopped()]);
    } catch (error) {
      if (neverArrived(error) || (this.#waiting === 0 && !isAnswer(error))) this.#drop(client);
    } finally {
      stop.close();
      this.#probed = undefined;
    }
  }

  /** The connection is gone; whoever waits for an answer on it gets an error. */
  #drop(client: Client): void {
    if (this.#client !== client) return;
    this.#client = undefined;
    this.#end(client);
    this.#tell('warn', {}, 'an MCP server is gone');
    this.#retryLater();
  }

  #failed(error: unknown, stderr: string): void {
    if (this.#closing.signal.aborted) return;
    this.#failure = isForEverybody(error) ? error.message : 'It cannot be reached.';
    this.#tell('warn', { err: error, ...(stderr === '' ? {} : { stderr }) }, 'an MCP server cannot be reached');
    if (this.#tools === undefined) this.#parts.onChange();
    this.#retryLater();
  }

  #retryLater(): void {
    this.#clearRetry();
    if (this.#closing.signal.aborted) return;
    const ms = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#retries);
    this.#retries = Math.min(this.#retries + 1, 10);
    this.#retry = this.#parts.clock.setTimeout(() => void this.#connection().catch(() => undefined), ms);
  }

  #clearRetry(): void {
    if (this.#retry !== undefined) this.#parts.clock.clearTimeout(this.#retry);
    this.#retry = undefined;
  }

  #tell(level: 'info' | 'warn', fields: object, message: string): void {
    const { workflow, name, log } = this.#parts;
    log[level]({ workflow, server: name, ...fields }, message);
  }
}

const isForEverybody = (error: unknown): error is Error =>
  error instanceof MissingEnvError || error instanceof ListTooLargeError;
