import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NATS_SETTINGS } from '../server-settings.ts';
import { spawnGuarded, type Guarded, type Program } from './guarded.ts';
import { ensureNatsServer, type NatsBinary } from './nats-provider.ts';
import { freePort } from './ports.ts';
import type { ProviderOptions } from './provider.ts';
import { waitFor } from './wait-for.ts';

/** One node of a NATS server or cluster of ours, ready to be started (again and again, on the same port and data). */
export interface NatsNode {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** HTTP monitoring, e.g. `<monitorUrl>/healthz`, on 127.0.0.1 only. */
  readonly monitorUrl: string;
  readonly program: Program;
  /** True when it serves, JetStream included. */
  ready(): Promise<boolean>;
}

/** What the nodes should be like. */
export interface NatsPlan {
  readonly binary: NatsBinary;
  readonly dataDir: string;
  /** A client port for each node; their number is the number of nodes. */
  readonly ports: readonly number[];
}

/** Milliseconds that a node gets to stop by itself. */
export const natsGraceMs = 10_000;

interface NodeConfig {
  readonly name: string;
  readonly port: number;
  readonly monitorPort: number;
  readonly store: string;
  readonly clusterPort: number;
  readonly routes: readonly number[];
}

function configOf(node: NodeConfig): string {
  const cluster =
    node.routes.length === 0
      ? ''
      : `cluster {
  name: colloquy
  listen: "127.0.0.1:${node.clusterPort}"
  routes: [${node.routes.map((port) => `"nats://127.0.0.1:${port}"`).join(', ')}]
}
`;
  return `# Written at every start.
server_name: ${node.name}
listen: "127.0.0.1:${node.port}"
http: "127.0.0.1:${node.monitorPort}"
ping_interval: "5s"
max_payload: ${NATS_SETTINGS.max_payload}
jetstream {
  store_dir: ${JSON.stringify(node.store)}
  sync_interval: ${NATS_SETTINGS.sync_interval}
}
${cluster}`;
}

async function healthy(monitorUrl: string): Promise<boolean> {
  const response = await fetch(`${monitorUrl}/healthz`, { signal: AbortSignal.timeout(2_000) });
  await response.body?.cancel();
  return response.ok;
}

/** Writes the configuration of each node and says how to start it. */
export async function natsNodes({ binary, dataDir, ports }: NatsPlan): Promise<readonly NatsNode[]> {
  const monitorPorts = await Promise.all(ports.map(() => freePort()));
  const clusterPorts = ports.length === 1 ? [] : await Promise.all(ports.map(() => freePort()));
  const nodes: NatsNode[] = [];
  for (const [at, port] of ports.entries()) {
    const name = `nats-${at + 1}`;
    // A single server and a cluster keep their streams apart: one cannot read the other's.
    const folder = join(dataDir, ports.length === 1 ? 'nats' : `nats-cluster-${at + 1}`);
    await mkdir(folder, { recursive: true });
    const monitorPort = monitorPorts[at] ?? 0;
    const config = join(folder, 'nats.conf');
    const node = { name, port, monitorPort, store: folder, clusterPort: clusterPorts[at] ?? 0, routes: clusterPorts };
    await writeFile(config, configOf(node));
    const monitorUrl = `http://127.0.0.1:${monitorPort}`;
    nodes.push({
      name,
      port,
      url: `nats://127.0.0.1:${port}`,
      monitorUrl,
      program: {
        command: binary.command,
        args: [...binary.args0, '--config', config],
        cwd: folder,
        graceMs: natsGraceMs,
      },
      ready: () => healthy(monitorUrl),
    });
  }
  return nodes;
}

/** What `startNats` may be told. */
export interface StartNatsOptions {
  /** Folder for the streams; it is made. */
  readonly dataDir: string;
  /** Client port of the first node. Default: a free one. */
  readonly port?: number;
  /** Default 1. */
  readonly nodes?: 1 | 3;
  /** Gets what the servers print. */
  readonly log?: (line: string) => void;
  readonly provider?: ProviderOptions;
}

/** A running NATS server or cluster of this process's own. */
export interface StartedNats {
  /** All nodes, comma-separated. */
  readonly url: string;
  /** Monitoring of the first node. */
  readonly monitorUrl: string;
  readonly nodes: readonly NatsNode[];
  /** Pids of the nodes that run, in their order. */
  pids(): readonly number[];
  /** Stops all nodes in good order. The data stays. */
  stop(): Promise<void>;
  /** SIGKILL for one node (0-based), or for all. Resolves when they are gone. */
  kill(node?: number): Promise<void>;
  /** Starts what does not run, after a SIGTERM to what does when `stopFirst`; resolves when JetStream serves. */
  restart(options?: { stopFirst?: boolean }): Promise<void>;
}

class LocalNats implements StartedNats {
  readonly nodes: readonly NatsNode[];
  private readonly log: (line: string) => void;
  private readonly running = new Map<NatsNode, Guarded>();

  constructor(nodes: readonly NatsNode[], log: (line: string) => void) {
    this.nodes = nodes;
    this.log = log;
  }

  get url(): string {
    return this.nodes.map(({ url }) => url).join(',');
  }

  get monitorUrl(): string {
    return this.nodes[0]?.monitorUrl ?? '';
  }

  pids(): readonly number[] {
    return this.nodes.flatMap((node) => {
      const child = this.running.get(node);
      return child?.running() === true ? [child.pid] : [];
    });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.running.values()].map((child) => child.stop(natsGraceMs)));
  }

  async kill(node?: number): Promise<void> {
    const chosen = node === undefined ? this.nodes : this.nodes.slice(node, node + 1);
    const children = chosen.flatMap((one) => this.running.get(one) ?? []);
    for (const child of children) child.kill('SIGKILL');
    await Promise.all(children.map(({ exited }) => exited));
  }

  async restart(options: { stopFirst?: boolean } = {}): Promise<void> {
    if (options.stopFirst === true) await this.stop();
    const last: string[] = [];
    for (const node of this.nodes) {
      if (this.running.get(node)?.running() === true) continue;
      const child = spawnGuarded(node.program);
      const take = (text: string): void => {
        for (const line of text.split('\n').filter((one) => one !== '')) {
          last.push(line);
          if (last.length > 10) last.shift();
          this.log(`${node.name}: ${line}`);
        }
      };
      child.stdout.setEncoding('utf8').on('data', take);
      child.stderr.setEncoding('utf8').on('data', take);
      this.running.set(node, child);
    }
    const ended = (): string | undefined =>
      [...this.running.values()].every((child) => child.running())
        ? undefined
        : `nats-server ended:\n${last.join('\n')}`;
    await Promise.all(
      this.nodes.map((node) =>
        waitFor({ until: () => node.ready(), deadlineMs: 60_000, what: `${node.name} at ${node.url}`, giveUp: ended }),
      ),
    );
  }
}

/** A server of our own is asked for: one that runs elsewhere is no answer. */
async function ownServer(provider: ProviderOptions): Promise<NatsBinary> {
  const found = await ensureNatsServer({ ...provider, env: { ...(provider.env ?? process.env), NATS_URL: undefined } });
  if (found.kind === 'url') throw new Error('unreachable: NATS_URL was taken away');
  return found;
}

/**
 * Finds, starts and awaits a NATS server (or three as a cluster) with JetStream, on 127.0.0.1 only. It ends with this process.
 * @throws ServerUnavailable when there is none to be had; Error when it does not become ready within 60 s
 */
export async function startNats(options: StartNatsOptions): Promise<StartedNats> {
  const binary = await ownServer(options.provider ?? {});
  const log = options.log ?? ((): void => {});
  for (let attempt = 1; ; attempt += 1) {
    const ports = [
      options.port ?? (await freePort()),
      ...(options.nodes === 3 ? [await freePort(), await freePort()] : []),
    ];
    const nats = new LocalNats(await natsNodes({ binary, dataDir: options.dataDir, ports }), log);
    try {
      await nats.restart();
      return nats;
    } catch (error) {
      await nats.kill();
      // Another process may have taken a free port between the choice and the start.
      if (attempt === 5 || !/address already in use/.test(String(error))) throw error;
    }
  }
}
