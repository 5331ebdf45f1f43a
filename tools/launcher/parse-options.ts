import { parseArgs } from 'node:util';
import { topology, type Service } from '../topology.ts';
import { LaunchError } from './launch-event.ts';

/** What `npm start` was told on its command line. */
export interface StartOptions {
  /** The public port; undefined: the default one, or the next free one. */
  readonly port: number | undefined;
  /** As given; relative to where the command was typed. */
  readonly data: string | undefined;
  readonly instances: Readonly<Record<string, number>>;
  readonly natsNodes: 1 | 3;
  readonly web: boolean;
  readonly json: boolean;
}

const help = 'See npm start -- --help.';

function parsePort(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port < 1 || port > 65_535) {
    throw new LaunchError(`--port must be a number from 1 to 65535, not "${text}". ${help}`);
  }
  return port;
}

function parseNodes(text: string | undefined): 1 | 3 {
  if (text === undefined || text === '1') return 1;
  if (text === '3') return 3;
  throw new LaunchError(`--nats-nodes must be 1 or 3, not "${text}". ${help}`);
}

function parseInstances(text: string | undefined, services: readonly Service[]): Readonly<Record<string, number>> {
  const scalable = services.filter((service) => service.scalable).map(({ name }) => name);
  const counts: Record<string, number> = {};
  for (const part of (text ?? '').split(',').filter((one) => one !== '')) {
    const [name = '', count = ''] = part.split('=');
    if (!scalable.includes(name)) {
      throw new LaunchError(`--instances: "${name}" is none of ${scalable.join(', ')}. ${help}`);
    }
    const number = Number(count);
    if (!/^\d+$/.test(count) || number < 1 || number > 20) {
      throw new LaunchError(`--instances: ${name} must have 1 to 20 instances (${name}=2), not "${count}". ${help}`);
    }
    counts[name] = number;
  }
  return counts;
}

/**
 * Reads the options of `npm start` and `npm run dev`.
 * @throws LaunchError naming the option at fault
 */
export function parseOptions(args: readonly string[], services: readonly Service[] = topology): StartOptions {
  const { values } = parse(args);
  if (values.data === '') throw new LaunchError(`--data needs a folder. ${help}`);
  return {
    port: parsePort(values.port),
    data: values.data,
    instances: parseInstances(values.instances, services),
    natsNodes: parseNodes(values['nats-nodes']),
    web: values['no-web'] !== true,
    json: values.json === true,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        instances: { type: 'string' },
        'nats-nodes': { type: 'string' },
        'no-web': { type: 'boolean' },
        json: { type: 'boolean' },
      },
      allowPositionals: false,
    });
  } catch (error) {
    throw new LaunchError(`${error instanceof Error ? error.message : String(error)} ${help}`);
  }
}
