import { resolve } from 'node:path';
import type { Program } from '../servers/guarded.ts';
import type { MongoServer } from '../servers/mongo-provider.ts';
import { mongoPlan } from '../servers/mongo-server.ts';
import type { NatsServer } from '../servers/nats-provider.ts';
import { natsNodes } from '../servers/nats-server.ts';
import type { Service } from '../topology.ts';
import type { Report } from './launch-event.ts';
import { ManagedProcess } from './managed-process.ts';
import type { Ports } from './plan-ports.ts';
import { serviceEnvironment, type EnvironmentParts } from './service-environment.ts';

/** The servers that were found; undefined where the topology has none of that kind. */
export interface FoundServers {
  readonly nats: NatsServer | undefined;
  readonly mongo: MongoServer | undefined;
}

/** What all processes are made from. */
export interface Workshop {
  readonly dataDir: string;
  readonly ports: Ports;
  readonly servers: FoundServers;
  readonly parts: EnvironmentParts;
  readonly report: Report;
  readonly changed: () => void;
  readonly signal: AbortSignal | undefined;
  /** The web app runs from its sources. */
  readonly webDev: boolean;
}

async function respondsOk(url: string): Promise<boolean> {
  const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' });
  await response.body?.cancel();
  return response.status < 400;
}

/** How to run one instance of a service of ours. */
function programOf(service: Service, at: number, { ports, parts, webDev }: Workshop): Program {
  const port = ports.get(service.name)?.[at] ?? service.port;
  const entry = resolve(parts.root, service.entry ?? '');
  const env = serviceEnvironment(service, { at, port, parts });
  const common = { command: process.execPath, env, graceMs: service.graceMs };
  if (service.kind === 'node') return { ...common, args: ['--enable-source-maps', entry], cwd: parts.root };
  const next = resolve(entry, 'node_modules', 'next', 'dist', 'bin', 'next');
  return { ...common, args: [next, webDev ? 'dev' : 'start', '-p', String(port), '-H', '127.0.0.1'], cwd: entry };
}

function appProcesses(service: Service, workshop: Workshop): readonly ManagedProcess[] {
  const { ports, report, changed } = workshop;
  return (ports.get(service.name) ?? []).map((port, at) => {
    const url = `http://127.0.0.1:${port}`;
    return new ManagedProcess({
      name: service.name,
      instance: at + 1,
      port,
      url: service.public === true ? `http://localhost:${port}` : url,
      program: programOf(service, at, workshop),
      graceMs: service.graceMs,
      readyMs: 60_000,
      ready: () => respondsOk(`${url}${service.health ?? '/readyz'}`),
      report,
      changed,
    });
  });
}

async function natsProcesses(service: Service, workshop: Workshop): Promise<readonly ManagedProcess[]> {
  const { servers, dataDir, ports, report, changed } = workshop;
  if (servers.nats?.kind !== 'binary') return [];
  const nodes = await natsNodes({ binary: servers.nats, dataDir, ports: ports.get(service.name) ?? [] });
  return nodes.map(
    (node, at) =>
      new ManagedProcess({
        name: service.name,
        instance: at + 1,
        port: node.port,
        url: node.url,
        program: node.program,
        graceMs: service.graceMs,
        readyMs: 60_000,
        ready: () => node.ready(),
        report,
        changed,
      }),
  );
}

async function mongoProcesses(service: Service, workshop: Workshop): Promise<readonly ManagedProcess[]> {
  const { servers, dataDir, ports, report, changed } = workshop;
  if (servers.mongo?.kind !== 'binary') return [];
  const port = ports.get(service.name)?.[0] ?? service.port;
  const plan = await mongoPlan({ binary: servers.mongo, dataDir, port });
  return [
    new ManagedProcess({
      name: service.name,
      instance: 1,
      port,
      url: plan.uri,
      program: plan.program,
      graceMs: service.graceMs,
      readyMs: 60_000,
      ready: () => plan.ready(),
      report,
      changed,
    }),
  ];
}

/** The processes of a service, not yet started; none for a server that runs elsewhere. */
export async function processesOf(service: Service, workshop: Workshop): Promise<readonly ManagedProcess[]> {
  if (service.kind === 'nats') return natsProcesses(service, workshop);
  if (service.kind === 'mongodb') return mongoProcesses(service, workshop);
  return appProcesses(service, workshop);
}

/** The addresses by which the services reach each other. */
export function addresses(
  services: readonly Service[],
  ports: Ports,
  servers: FoundServers,
): ReadonlyMap<string, readonly string[]> {
  return new Map(
    services.map(({ name, kind }) => {
      const own = ports.get(name) ?? [];
      if (kind === 'nats') {
        return [
          name,
          servers.nats?.kind === 'url' ? [servers.nats.url] : own.map((port) => `nats://127.0.0.1:${port}`),
        ];
      }
      if (kind === 'mongodb') {
        const uri = (port: number): string => `mongodb://127.0.0.1:${port}/colloquy?directConnection=true`;
        return [name, servers.mongo?.kind === 'url' ? [servers.mongo.url] : own.map(uri)];
      }
      return [name, own.map((port) => `http://127.0.0.1:${port}`)];
    }),
  );
}
