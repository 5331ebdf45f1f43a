/** What each app reads of its environment: the names, and the very function that reads them when it starts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readGatewayEnv } from '../../apps/api-gateway/src/env.ts';
import { readDemoModelEnv } from '../../apps/demo-model/src/env.ts';
import { readEdgeEnv } from '../../apps/edge/src/env.ts';
import { readEventLoggerEnv } from '../../apps/event-logger/src/env.ts';
import { readOrchestratorEnv } from '../../apps/orchestrator/src/env.ts';
import { readPersistenceEnv } from '../../apps/persistence/src/env.ts';
import { readRealtimeEnv } from '../../apps/realtime-gateway/src/env.ts';
import { root } from '../paths.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** By the name of the app. */
const READERS: Readonly<Record<string, (from: Environment) => unknown>> = {
  'api-gateway': readGatewayEnv,
  'demo-model': readDemoModelEnv,
  edge: readEdgeEnv,
  'event-logger': readEventLoggerEnv,
  orchestrator: readOrchestratorEnv,
  persistence: readPersistenceEnv,
  'realtime-gateway': readRealtimeEnv,
};

/** What the web's start file and Next.js read, and what `npm run ops -- provision` does: none has an env.ts with a schema. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  web: ['PORT', 'HOST', 'NEXT_TELEMETRY_DISABLED'],
  provision: ['NATS_URL', 'MONGODB_URI', 'NATS_REPLICAS', 'NATS_MAX_AGE_DAYS', 'FILES_NATS_GB'],
};

/** What Node and its libraries read, and what goes into the value of another variable. */
const ANYBODY =
  /^(NODE_OPTIONS|NODE_ENV|NODE_EXTRA_CA_CERTS|TZ|HTTPS?_PROXY|NO_PROXY|OTEL_[A-Z_]+|POD_NAME|POD_NAMESPACE|POD_UID|NODE_NAME|SERVICE_VERSION)$/;

const read = (file: string): readonly string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/^ {2}([A-Z][A-Z0-9_]+):/gm)].map(([, name = '']) => name);

/** Where the names that an app reads stand: its own file, and those of libs whose fields it takes in. */
function sourcesOf(app: string): readonly string[] {
  const own = `apps/${app}/src/env.ts`;
  const takesFiles = readFileSync(join(root, own), 'utf8').includes('...filesEnv');
  return ['libs/service/src/service-env.ts', own, ...(takesFiles ? ['libs/files/src/files-env.ts'] : [])];
}

/** The names that an app reads, each also as `<NAME>_FILE`; undefined for what is none of ours. */
export function settingsOf(app: string): ReadonlySet<string> | undefined {
  const names = OTHERS[app] ?? (app in READERS ? sourcesOf(app).flatMap(read) : undefined);
  return names && new Set(names);
}

/** Whether an app reads a variable, or Node does. */
export function isRead(app: string, name: string): boolean {
  const plain = name.replace(/_FILE$/, '');
  return (
    ANYBODY.test(name) || settingsOf(app)?.has(plain) === true || (app === 'orchestrator' && name.startsWith('TOOL_'))
  );
}

/** Long enough for every secret, and an address for those that are one. */
const STAND_IN = 'mongodb://a-secret-that-is-read-from-a-file/colloquy';

/** Why an app would not start with an environment; its secrets' files are taken to be there. */
export function startFaults(app: string, env: ReadonlyMap<string, string>): readonly string[] {
  const reader = READERS[app];
  const given = [...env]
    .filter(([, value]) => value !== '')
    .map(([name, value]): readonly [string, string] =>
      name.endsWith('_FILE') ? [name.replace(/_FILE$/, ''), STAND_IN] : [name, value],
    );
  const names = given.map(([name]) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at).map((name) => `${name}: as text and as a file`);
  try {
    reader?.(Object.fromEntries(given));
    return twice;
  } catch (error) {
    return [
      ...twice,
      ...(error instanceof Error && 'faults' in error ? (error.faults as readonly string[]) : [String(error)]),
    ];
  }
}
