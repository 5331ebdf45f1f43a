/**
 * The one list of services. The launcher starts from it, and tests hold compose and Kubernetes to it, so that the three
 * ways to run cannot drift. Names are those of the folders under apps/, letter for letter.
 */

/** Where the value of an environment variable comes from when nobody set it. */
export type EnvSource =
  /** This text; a value that the person who starts has set wins. */
  | { readonly kind: 'default'; readonly value: string }
  /** The addresses of all instances of a service, comma-separated, each with `suffix`. */
  | { readonly kind: 'url'; readonly of: string; readonly suffix?: string }
  /** The address of one instance of a service; the instances are shared out. */
  | { readonly kind: 'one-url'; readonly of: string; readonly suffix?: string }
  /** A folder of the checkout. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Made once, kept in the data folder (in Kubernetes: a Secret). */
  | { readonly kind: 'secret' }
  /** Handed through when it is set; the service has its own default. */
  | { readonly kind: 'optional' };

/** How a service is started. */
export type ServiceKind = 'nats' | 'mongodb' | 'node' | 'next';

/** How a service stops in Kubernetes, where others take its work, in milliseconds. Compose has the stops of one machine. */
export interface ProductionStop {
  /** How long it serves on before SIGTERM, so that whoever sends it requests hears that it leaves; compose has no such step. */
  readonly preStopMs: number;
  /** Its DRAIN_MS there; for what has no such variable, how long it may take by itself. */
  readonly drainMs: number;
  /** From the beginning to SIGKILL: more than the two together. */
  readonly graceMs: number;
}

/** One service. */
export interface Service {
  readonly name: string;
  readonly kind: ServiceKind;
  /** TCP port: here the first choice, in containers the one they listen on. */
  readonly port: number;
  /** In containers, where health and metrics are when they are not on `port`: what is public shows neither. */
  readonly healthPort?: number;
  /** HTTP path that answers 2xx when it can work; servers have their own way. */
  readonly health?: string;
  readonly env: Readonly<Record<string, EnvSource>>;
  /** What must be ready before it is started. All of them retry, so this is for quick starts, not for correctness. */
  readonly needs: readonly string[];
  /** Milliseconds between SIGTERM and SIGKILL, where this machine's own person waits for it. */
  readonly graceMs: number;
  readonly production: ProductionStop;
  /** May run as several instances side by side. */
  readonly scalable: boolean;
  /** The one that people's browsers reach. */
  readonly public?: true;
  /** Module to run, relative to the checkout or absolute; only for `node` and `next` (there: the app's folder). */
  readonly entry?: string;
}

const optional: EnvSource = { kind: 'optional' };
const natsUrl: EnvSource = { kind: 'url', of: 'nats' };
const mongoUri: EnvSource = { kind: 'url', of: 'mongodb' };
const secret: EnvSource = { kind: 'secret' };
const workflowsDir: EnvSource = { kind: 'folder', path: 'workflows' };
const value = (text: string): EnvSource => ({ kind: 'default', value: text });

/** Seconds of preStop, drain and grace. */
const stop = (preStop: number, drain: number, grace: number): ProductionStop => ({
  preStopMs: preStop * 1000,
  drainMs: drain * 1000,
  graceMs: grace * 1000,
});

/** What every Nest service and the edge understand. */
const every = {
  LOG_LEVEL: value('info'),
  DRAIN_MS: value('10000'),
  OTEL_EXPORTER_OTLP_ENDPOINT: optional,
  OTEL_SERVICE_NAME: optional,
  OTEL_RESOURCE_ATTRIBUTES: optional,
  OTEL_TRACES_SAMPLER: optional,
  OTEL_TRACES_SAMPLER_ARG: optional,
} as const;

const login = {
  AUTH_MODE: value('guest'),
  AUTH_SECRET: secret,
  ALLOW_GUESTS: optional,
} as const;

/** Where the bytes of files are: NATS, or a bucket of S3 when one is named. */
const files = {
  FILES_S3_BUCKET: optional,
  FILES_S3_ENDPOINT: optional,
  FILES_S3_REGION: optional,
  FILES_S3_ACCESS_KEY_ID: optional,
  FILES_S3_SECRET_ACCESS_KEY: optional,
} as const;

const app = (name: string, rest: Omit<Service, 'name' | 'kind' | 'graceMs' | 'scalable' | 'entry'>): Service => ({
  name,
  kind: 'node',
  health: '/readyz',
  graceMs: 15_000,
  scalable: true,
  entry: `apps/${name}/dist/main.js`,
  ...rest,
});

/** All services, in no particular order. */
export const topology: readonly Service[] = [
  {
    name: 'nats',
    kind: 'nats',
    port: 4222,
    env: {},
    needs: [],
    graceMs: 10_000,
    // Lame duck: clients are sent away over 30 s.
    production: stop(0, 30, 60),
    scalable: false,
  },
  {
    name: 'mongodb',
    kind: 'mongodb',
    port: 27017,
    env: {},
    needs: [],
    graceMs: 15_000,
    production: stop(0, 30, 60),
    scalable: false,
  },
  app('demo-model', {
    port: 4100,
    env: { ...every, DEMO_TOKENS_PER_SECOND: optional, DEMO_FIRST_TOKEN_MS: optional },
    needs: [],
    production: stop(5, 20, 45),
  }),
  app('persistence', {
    port: 4120,
    env: { ...every, ...files, NATS_URL: natsUrl, MONGODB_URI: mongoUri },
    needs: ['nats', 'mongodb'],
    production: stop(0, 30, 60),
  }),
  app('event-logger', {
    port: 4140,
    env: { ...every, NATS_URL: natsUrl },
    needs: ['nats'],
    production: stop(0, 10, 30),
  }),
  app('orchestrator', {
    port: 4160,
    env: {
      ...every,
      ...files,
      NATS_URL: natsUrl,
      MONGODB_URI: mongoUri,
      WORKFLOWS_DIR: workflowsDir,
      MAX_RUNS: optional,
      OPENAI_API_KEY: optional,
      OPENAI_BASE_URL: optional,
      OPENAI_MODEL: optional,
      OPENAI_VISION: optional,
      DEMO_MODEL_URL: { kind: 'one-url', of: 'demo-model', suffix: '/v1' },
    },
    needs: ['nats', 'mongodb', 'demo-model'],
    // A reply has 36 s to end (0.6 of it), then others take the run over within a second; a whole run need not end here.
    production: stop(0, 60, 90),
  }),
  app('api-gateway', {
    port: 4180,
    env: {
      ...every,
      ...login,
      ...files,
      FILES_MAX_BYTES: optional,
      FILES_QUOTA_BYTES: optional,
      FILES_UPLOADS_AT_ONCE: optional,
      NATS_URL: natsUrl,
      MONGODB_URI: mongoUri,
      WORKFLOWS_DIR: workflowsDir,
      OPENAI_API_KEY: optional,
      OPENAI_BASE_URL: optional,
      SECURE_COOKIES: optional,
    },
    needs: ['nats', 'mongodb'],
    production: stop(10, 20, 45),
  }),
  app('realtime-gateway', {
    port: 4200,
    env: { ...every, ...login, NATS_URL: natsUrl, MONGODB_URI: mongoUri },
    needs: ['nats', 'mongodb'],
    production: stop(10, 30, 75),
  }),
  {
    name: 'web',
    kind: 'next',
    port: 4080,
    health: '/readyz',
    env: { NEXT_TELEMETRY_DISABLED: value('1') },
    needs: [],
    graceMs: 10_000,
    production: stop(10, 20, 45),
    scalable: true,
    entry: 'apps/web',
  },
  {
    ...app('edge', {
      port: 3000,
      env: {
        ...every,
        API_URLS: { kind: 'url', of: 'api-gateway' },
        REALTIME_URLS: { kind: 'url', of: 'realtime-gateway' },
        WEB_URLS: { kind: 'url', of: 'web' },
      },
      needs: ['api-gateway', 'realtime-gateway', 'web'],
      production: stop(10, 30, 75),
      healthPort: 4060,
      public: true,
    }),
    scalable: false,
  },
];

/**
 * The services in waves: each needs only what earlier waves have. What is needed but not in the list is left out of
 * account (a start without the web app).
 * @throws Error when services need each other in a circle
 */
export function startOrder(services: readonly Service[]): readonly (readonly Service[])[] {
  const names = new Set(services.map(({ name }) => name));
  const done = new Set<string>();
  const waves: Service[][] = [];
  let left = [...services];
  while (left.length > 0) {
    const wave = left.filter(({ needs }) => needs.every((need) => done.has(need) || !names.has(need)));
    if (wave.length === 0)
      throw new Error(`services need each other in a circle: ${left.map((one) => one.name).join(', ')}`);
    for (const { name } of wave) done.add(name);
    left = left.filter((service) => !wave.includes(service));
    waves.push(wave);
  }
  return waves;
}
