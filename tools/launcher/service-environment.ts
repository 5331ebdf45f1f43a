import { resolve } from 'node:path';
import type { Env } from '../servers/env.ts';
import type { EnvSource, Service } from '../topology.ts';

/** What the values of environment variables are made from. */
export interface EnvironmentParts {
  readonly root: string;
  /** The environment of the person who starts. */
  readonly own: Env;
  /** Addresses of the instances of every service. */
  readonly urls: ReadonlyMap<string, readonly string[]>;
  readonly secret: string;
}

/** Which instance an environment is for. */
interface Place {
  /** Counts from 0. */
  readonly at: number;
  readonly port: number;
  readonly parts: EnvironmentParts;
}

function valueOf(source: EnvSource, own: string | undefined, { parts, at }: Place): string | undefined {
  switch (source.kind) {
    case 'url':
      // Always ours: whoever sets NATS_URL or MONGODB_URI is in `urls` already.
      return parts.urls
        .get(source.of)
        ?.map((url) => `${url}${source.suffix ?? ''}`)
        .join(',');
    case 'one-url': {
      const urls = parts.urls.get(source.of) ?? [];
      const url = urls[at % Math.max(urls.length, 1)];
      return url === undefined ? undefined : `${url}${source.suffix ?? ''}`;
    }
    case 'default':
      return own ?? source.value;
    case 'folder':
      return resolve(parts.root, own ?? source.path);
    case 'secret':
      return own ?? parts.secret;
    case 'optional':
      return own;
  }
}

/**
 * The environment of one instance: that of the person who starts, then what the topology says.
 * A variable given as a file (`NAME_FILE`) is left to the service.
 */
export function serviceEnvironment(service: Service, place: Place): Env {
  const { port, parts } = place;
  const env: Record<string, string | undefined> = { ...parts.own, PORT: String(port), HEALTH_PORT: undefined };
  // What is started here is no production, whatever the shell or the image around says; Next.js knows for itself.
  if (service.kind === 'node') env['NODE_ENV'] = undefined;
  // Only the public one may listen on other addresses than this machine's own, and only when asked to.
  env['HOST'] = service.public === true ? (parts.own['HOST'] ?? '127.0.0.1') : '127.0.0.1';
  for (const [name, source] of Object.entries(service.env)) {
    if (!('of' in source) && parts.own[`${name}_FILE`] !== undefined) continue;
    env[name] = valueOf(source, parts.own[name], place);
  }
  return env;
}
