/**
 * A compose file as the rules see it: in the shape of `docker compose config --format json`, of which this reads the part
 * that they need, so that no Docker is needed to hold the file to the topology.
 */
import { parse } from 'yaml';
import { quantity } from './quantity.ts';

/** One service, with everything filled in. */
export interface ComposeService {
  readonly image?: string;
  readonly user?: string;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly container_name?: string;
  readonly network_mode?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly tmpfs?: readonly string[];
  readonly restart?: string;
  readonly stop_grace_period?: string;
  readonly command?: readonly string[] | null;
  readonly entrypoint?: readonly string[] | null;
  readonly environment?: Readonly<Record<string, string | null>>;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly networks?: Readonly<Record<string, unknown>>;
  readonly logging?: { readonly options?: Readonly<Record<string, string>> };
  readonly ports?: readonly { readonly host_ip?: string; readonly published?: string; readonly target: number }[];
  readonly volumes?: readonly {
    readonly type: string;
    readonly source?: string;
    readonly target: string;
    readonly read_only?: boolean;
  }[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: {
      readonly limits?: { readonly cpus?: number | string; readonly memory?: string; readonly pids?: number };
    };
  };
}

/** One file, or several put together. */
export interface Compose {
  /** The files, e.g. `docker-compose.yml + compose/ha.yml`. */
  readonly name: string;
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly volumes: Readonly<Record<string, unknown>>;
}

/** `${NAME:-default}` and its kin, with nothing set. */
const interpolate = (text: string): string =>
  text.replaceAll(/\$\{\w+(?::?([-+?])([^}]*))?\}/g, (_, how: unknown, rest: unknown) =>
    how === '-' && typeof rest === 'string' ? rest : '',
  );

function filled(value: unknown): unknown {
  if (typeof value === 'string') return interpolate(value);
  if (Array.isArray(value)) return value.map(filled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, filled(one)]));
}

function port(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  const parts = text.split(':');
  const target = Number(parts.at(-1));
  const [published, host] = [parts.at(-2), parts.at(-3)];
  return {
    target,
    ...(published === undefined ? {} : { published }),
    ...(host === undefined ? {} : { host_ip: host }),
  };
}

function volume(text: unknown): unknown {
  if (typeof text !== 'string') return text;
  const [source = '', target = '', mode] = text.split(':');
  return {
    type: /^[./]/.test(source) ? 'bind' : 'volume',
    source,
    target,
    ...(mode === 'ro' ? { read_only: true } : {}),
  };
}

const named = (list: unknown, value: unknown): unknown =>
  Array.isArray(list) ? Object.fromEntries(list.map((name: string) => [name, value])) : list;

function service(raw: Record<string, unknown>): ComposeService {
  const each = (list: unknown, how: (one: unknown) => unknown): unknown => (Array.isArray(list) ? list.map(how) : list);
  const limits = (raw as ComposeService).deploy?.resources?.limits;
  const bytes = quantity(limits?.memory?.replace(/([MGK])$/, '$1i'));
  return {
    ...raw,
    ports: each(raw['ports'], port),
    volumes: each(raw['volumes'], volume),
    networks: named(raw['networks'], null),
    depends_on: named(raw['depends_on'], { condition: 'service_started' }),
    deploy: {
      ...(raw['deploy'] as object | undefined),
      resources: { limits: { ...limits, memory: bytes === undefined ? limits?.memory : String(bytes) } },
    },
  } as ComposeService;
}

/** Reads a compose file. @throws Error when it is no YAML */
export function readCompose(name: string, text: string): Compose {
  const raw = filled(parse(text, { merge: true })) as {
    services: Record<string, Record<string, unknown>>;
    networks?: Compose['networks'];
    volumes?: Compose['volumes'];
  };
  return {
    name,
    services: Object.fromEntries(Object.entries(raw.services).map(([key, one]) => [key, service(one)])),
    networks: raw.networks ?? {},
    volumes: raw.volumes ?? {},
  };
}

/** Seconds of a duration such as `1m30s`. */
export const seconds = (text: string | undefined): number =>
  [...(text ?? '').matchAll(/(\d+)(h|m|s)/g)].reduce(
    (sum, [, digits, unit]) => sum + Number(digits) * (unit === 'h' ? 3600 : unit === 'm' ? 60 : 1),
    0,
  );
