/**
 * Starts the system and keeps it running. Invariants:
 * 1. Nothing is started on a data folder that somebody else holds.
 * 2. A launch that fails leaves no process behind.
 * 3. Services are started after what they need, and stopped before it.
 */
import { resolve } from 'node:path';
import { defaultDataDir, root as checkout } from '../paths.ts';
import type { Env } from '../servers/env.ts';
import { ensureMongoServer } from '../servers/mongo-provider.ts';
import { ensureNatsServer } from '../servers/nats-provider.ts';
import type { ProviderOptions } from '../servers/provider.ts';
import { startOrder, topology, type Service } from '../topology.ts';
import { build } from './build.ts';
import { DataFolder } from './data-folder.ts';
import { LaunchError, type ProcessInfo, type Report } from './launch-event.ts';
import type { ManagedProcess } from './managed-process.ts';
import { planPorts, type Ports } from './plan-ports.ts';
import { addresses, processesOf, type FoundServers, type Workshop } from './processes.ts';
import { provision, type Provision } from './provision.ts';

/** What a launch may be told; everything has a default. */
export interface LaunchOptions {
  /** Default: `.data` in the checkout. */
  readonly dataDir?: string;
  /** Default: every service. */
  readonly services?: readonly Service[];
  /** How many instances; 1 where nothing is said. */
  readonly instances?: Readonly<Record<string, number>>;
  readonly natsNodes?: 1 | 3;
  /** The public port; taken means failure. Default: the topology's, or the next free one. */
  readonly port?: number;
  /** `free`: the system chooses all ports, for launches side by side. Default `default`. */
  readonly ports?: 'default' | 'free';
  /** False leaves the web app out; `dev` runs it from its sources. Default true. */
  readonly web?: boolean | 'dev';
  /** False when everything has been built already. Default true. */
  readonly build?: boolean;
  /** Streams and indexes; replaced in tests of the launcher itself. */
  readonly provision?: Provision;
  /** The environment that the services inherit. Default: that of this process. */
  readonly env?: Env;
  readonly report?: Report;
  /** Stops a launch that is still starting. */
  readonly signal?: AbortSignal;
}

/** A running system. */
export interface Launched {
  /** The public address. */
  readonly url: string;
  /** Addresses by service name, servers included. */
  readonly urls: ReadonlyMap<string, readonly string[]>;
  /** Where `local.json` is. */
  readonly dataDir: string;
  /** What runs at this moment. */
  processes(): readonly ProcessInfo[];
  /**
   * Sends a signal to one process; it is started again when it ends.
   * @throws Error when there is no such process
   */
  kill(name: string, instance: number, signal: NodeJS.Signals): void;
  /** Ends every instance of a service in good order and starts it again. */
  restart(name: string): Promise<void>;
  /**
   * Lets the first `count` instances of a service run and ends the others in good order; resolves when those that run are
   * ready. There are never more than it was launched with: their addresses are given out then.
   * @throws Error when it was launched with fewer
   */
  scale(name: string, count: number): Promise<void>;
  /** Stops everything in reverse order; with `now` by SIGKILL. May be called again, also to hurry. */
  stop(options?: { now?: boolean }): Promise<void>;
}

interface Settled {
  readonly options: LaunchOptions;
  readonly services: readonly Service[];
  readonly env: Env;
  readonly report: Report;
  readonly folder: DataFolder;
}

const seconds = (since: number): number => Math.round((performance.now() - since) / 100) / 10;

async function findServers({ services, env, report }: Settled): Promise<FoundServers> {
  const has = (kind: Service['kind']): boolean => services.some((service) => service.kind === kind);
  const options: ProviderOptions = { env, say: (text) => report({ type: 'note', text }) };
  const [nats, mongo] = await Promise.all([
    has('nats') ? ensureNatsServer(options) : undefined,
    has('mongodb') ? ensureMongoServer(options) : undefined,
  ]);
  return { nats, mongo };
}

/** The system itself: its processes in waves, and how to stop them. */
class System implements Launched {
  readonly waves: (readonly ManagedProcess[])[] = [];
  readonly urls: ReadonlyMap<string, readonly string[]>;
  readonly url: string;
  private readonly settled: Settled;
  private ready = false;
  private stopping: Promise<void> | undefined;

  constructor(settled: Settled, url: string, urls: ReadonlyMap<string, readonly string[]>) {
    this.settled = settled;
    this.url = url;
    this.urls = urls;
  }

  get dataDir(): string {
    return this.settled.folder.path;
  }

  private all(): readonly ManagedProcess[] {
    return this.waves.flat();
  }

  processes(): readonly ProcessInfo[] {
    return this.all().flatMap((process) => process.info() ?? []);
  }

  /** Keeps `local.json` up to date; it appears when everything is ready. */
  async publish(ready = this.ready): Promise<void> {
    this.ready = ready;
    if (this.stopping === undefined) await this.settled.folder.publish(this.processes(), ready ? this.url : undefined);
  }

  kill(name: string, instance: number, signal: NodeJS.Signals): void {
    const found = this.all().find(({ spec }) => spec.name === name && spec.instance === instance);
    if (found === undefined) throw new Error(`there is no process ${name} #${instance}`);
    found.kill(signal);
  }

  async restart(name: string): Promise<void> {
    for (const process of this.all().filter(({ spec }) => spec.name === name)) await process.restart();
  }

  async scale(name: string, count: number): Promise<void> {
    const instances = this.all().filter(({ spec }) => spec.name === name);
    if (count > instances.length) throw new Error(`${name} was launched with ${instances.length} instances`);
    const started = instances.slice(0, count).filter((process) => process.stopped);
    await Promise.all([
      ...started.map((process) => process.start()),
      ...instances.slice(count).map((process) => process.stop()),
    ]);
    await this.publish();
  }

  async stop(options: { now?: boolean } = {}): Promise<void> {
    if (options.now === true) await Promise.all(this.all().map((process) => process.stop(true)));
    this.stopping ??= this.stopAll();
    await this.stopping;
  }

  private async stopAll(): Promise<void> {
    const began = performance.now();
    const { report, folder } = this.settled;
    report({ type: 'stopping', text: 'Stopping: each service finishes what it holds …' });
    for (const wave of this.waves.toReversed()) await Promise.all(wave.map((process) => process.stop()));
    await folder.release();
    report({ type: 'stopped', seconds: seconds(began) });
  }
}

async function startWaves(system: System, workshop: Workshop, settled: Settled): Promise<void> {
  const { options, services, report } = settled;
  let provisioned = false;
  for (const wave of startOrder(services)) {
    options.signal?.throwIfAborted();
    const servers = wave.filter(({ kind }) => kind === 'nats' || kind === 'mongodb');
    const apps = wave.filter((service) => !servers.includes(service));
    if (servers.length > 0) await startWave(system, servers, workshop);
    if (!provisioned && servers.length > 0) {
      const began = performance.now();
      await (options.provision ?? provision)({ urls: system.urls, env: settled.env }).catch((error: unknown) => {
        throw new LaunchError(
          `Making streams and indexes failed: ${error instanceof Error ? error.message : String(error)}`,
        );
      });
      report({
        type: 'step',
        step: 'provision',
        state: 'done',
        text: 'Streams and indexes are there',
        seconds: seconds(began),
      });
      provisioned = true;
    }
    if (apps.length > 0) await startWave(system, apps, workshop);
  }
}

async function startWave(system: System, wave: readonly Service[], workshop: Workshop): Promise<void> {
  const processes = (await Promise.all(wave.map((service) => processesOf(service, workshop)))).flat();
  // No pause between this look and the starts: what stops the system then sees all of them.
  workshop.signal?.throwIfAborted();
  system.waves.push(processes);
  await Promise.all(processes.map((process) => process.start()));
}

function publicAddress(services: readonly Service[], ports: Ports): string {
  const service = services.find((one) => one.public === true) ?? services.at(-1);
  return `http://localhost:${ports.get(service?.name ?? '')?.[0] ?? 0}`;
}

/** Rejects when the signal says so; else never settles. */
function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = (): void => {
      reject(signal?.reason instanceof Error ? signal.reason : new LaunchError('Stopped before it was ready.'));
    };
    if (signal?.aborted === true) end();
    signal?.addEventListener('abort', end, { once: true });
  });
}

async function start(settled: Settled): Promise<System> {
  const began = performance.now();
  const { options, services, env, report, folder } = settled;
  const buildOptions = {
    root: checkout,
    web: options.web !== 'dev' && services.some(({ kind }) => kind === 'next'),
    report,
  };
  const prepared = Promise.all([findServers(settled), options.build === false ? undefined : build(buildOptions)]);
  const [servers] = await Promise.race([prepared, aborted(options.signal)]);
  const external = (service: Service): boolean =>
    (service.kind === 'nats' && servers.nats?.kind === 'url') ||
    (service.kind === 'mongodb' && servers.mongo?.kind === 'url');
  const ports = await planPorts({
    services: services.filter((service) => !external(service)),
    instances: { ...options.instances, nats: options.natsNodes ?? 1 },
    publicPort: options.port,
    mode: options.ports ?? 'default',
    note: (text) => report({ type: 'note', text }),
  });
  const urls = addresses(services, ports, servers);
  const system = new System(settled, publicAddress(services, ports), urls);
  const hurry = (): void => void system.stop();
  options.signal?.addEventListener('abort', hurry, { once: true });
  try {
    const parts = { root: checkout, own: env, urls, secret: await folder.secret('auth-secret') };
    const changed = (): void =>
      void system.publish().catch((error: unknown) => report({ type: 'note', text: `local.json: ${String(error)}` }));
    await startWaves(
      system,
      {
        dataDir: folder.path,
        ports,
        servers,
        parts,
        report,
        changed,
        signal: options.signal,
        webDev: options.web === 'dev',
      },
      settled,
    );
    options.signal?.throwIfAborted();
    await system.publish(true);
  } catch (error) {
    await system.stop();
    throw error;
  } finally {
    options.signal?.removeEventListener('abort', hurry);
  }
  report({ type: 'ready', url: system.url, seconds: seconds(began) });
  return system;
}

/**
 * Starts everything and resolves when it is ready.
 * @throws LaunchError or ServerUnavailable, for people, when it cannot; nothing runs then
 */
export async function launch(options: LaunchOptions = {}): Promise<Launched> {
  const services = (options.services ?? topology).filter(({ kind }) => kind !== 'next' || options.web !== false);
  const folder = await DataFolder.claim(resolve(options.dataDir ?? defaultDataDir));
  const report = options.report ?? ((): void => {});
  try {
    const env = { ...(options.env ?? process.env) };
    // Three nodes are for streams that survive one of them.
    if (options.natsNodes === 3) env['NATS_REPLICAS'] ??= '3';
    return await start({ options, services, env, report, folder });
  } catch (error) {
    await folder.release();
    throw error;
  }
}
