import { freePort, isFree, nextFree, portHolder } from '../servers/ports.ts';
import type { Service } from '../topology.ts';
import { LaunchError } from './launch-event.ts';

/** What to find ports for. */
export interface PortWishes {
  readonly services: readonly Service[];
  /** How many instances a service has; 1 where nothing is said. */
  readonly instances: Readonly<Record<string, number>>;
  /** The public port when the person asked for one. */
  readonly publicPort: number | undefined;
  /** `free`: the system chooses all (tests side by side); `default`: those of the topology where they are free. */
  readonly mode: 'default' | 'free';
  readonly note: (text: string) => void;
}

/** Ports of every instance, by service name. */
export type Ports = ReadonlyMap<string, readonly number[]>;

async function held(port: number): Promise<string> {
  const holder = await portHolder(port);
  return `port ${port} is taken${holder === undefined ? '' : ` by ${holder}`}`;
}

async function choose(service: Service, wanted: number, { wishes, taken }: Planning): Promise<number> {
  if (!taken.has(wanted) && (await isFree(wanted))) return wanted;
  const port = await nextFree(wanted + 1, taken);
  if (!taken.has(wanted)) wishes.note(`${service.name}: ${await held(wanted)}; using ${port}`);
  return port;
}

async function exactly(port: number): Promise<number> {
  if (await isFree(port)) return port;
  throw new LaunchError(`${await held(port)}. Stop that program, or choose another port with --port.`);
}

/**
 * Chooses a port for every instance and says where it is not the usual one.
 * @throws LaunchError when the port that was asked for is taken, naming the holder where it can be known
 */
export async function planPorts(wishes: PortWishes): Promise<Ports> {
  const ports = new Map<string, readonly number[]>();
  const taken = new Set<number>();
  for (const service of wishes.services) {
    const chosen: number[] = [];
    for (let at = 0; at < (wishes.instances[service.name] ?? 1); at += 1) {
      const port = await one(service, at, { wishes, taken });
      taken.add(port);
      chosen.push(port);
    }
    ports.set(service.name, chosen);
  }
  return ports;
}

interface Planning {
  readonly wishes: PortWishes;
  readonly taken: ReadonlySet<number>;
}

async function one(service: Service, at: number, planning: Planning): Promise<number> {
  const { wishes } = planning;
  if (service.public === true && wishes.publicPort !== undefined) return exactly(wishes.publicPort);
  if (wishes.mode === 'free') return freePort();
  return choose(service, service.port + at, planning);
}
