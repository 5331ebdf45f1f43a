/** Kubernetes runs what the topology says, both ways. */
import { topology, type Service } from '../../topology.ts';
import { isRead, startFaults } from '../app-settings.ts';
import {
  containersOf,
  environmentOf,
  mainContainer,
  nameOf,
  ofKind,
  ourImage,
  portOf,
  workloadsOf,
  type Rendering,
  type Workload,
} from '../manifests.ts';
import { unless, type Rule } from './rule.ts';

/** A Gateway or an Ingress may do the edge's work, a real model that of the demo model. */
const MAY_BE_AWAY = new Set(['edge', 'demo-model']);
const JOBS = new Set(['provision']);
/** Which service has which part of the one origin, as in the edge. */
export const ENTRY_PATHS: Readonly<Record<string, string>> = {
  '/socket.io': 'realtime-gateway',
  '/live': 'realtime-gateway',
  '/v1': 'api-gateway',
  '/': 'web',
};

const isApp = ({ kind }: Service): boolean => kind === 'node' || kind === 'next';
const apps = topology.filter(isApp);

interface Placed {
  readonly service: Service;
  readonly pod: Workload;
  readonly env: ReadonlyMap<string, string>;
}

const placed = (rendering: Rendering): readonly Placed[] =>
  workloadsOf(rendering).flatMap((pod) => {
    const service = apps.find(({ name }) => name === pod.name);
    const container = mainContainer(pod);
    return service && container ? [{ service, pod, env: environmentOf(rendering, container) }] : [];
  });

const everyApp: Rule = {
  name: 'every-service-is-there',
  says: 'Every app of the topology is a Deployment with its own image and name, and nothing of ours is anything else.',
  check: (rendering) => {
    const there = workloadsOf(rendering);
    const missing = apps.filter(
      ({ name }) => !MAY_BE_AWAY.has(name) && !there.some((one) => one.title === `Deployment/${name}`),
    );
    return [
      ...missing.map(({ name }) => `Deployment/${name}: is not there`),
      ...there.flatMap((one) => {
        const ours = containersOf(one).filter(({ image }) => ourImage(image));
        const known = apps.some(({ name }) => name === one.name) || [...JOBS].some((job) => one.name.startsWith(job));
        if (ours.length > 0 && !known) return [`${one.title}: the topology has no ${one.name}`];
        const wanted = one.kind === 'Job' ? 'ops' : one.name;
        return ours
          .filter(({ image = '' }) => !new RegExp(`colloquy/${wanted}[:@]`).test(image))
          .map(({ image = '' }) => `${one.title}: runs ${image}`);
      }),
    ];
  },
};

const ports: Rule = {
  name: 'ports-are-the-topologys',
  says: 'Every service listens on its port of the topology, in its container, its environment and its Service.',
  check: (rendering) => [
    ...placed(rendering).flatMap(({ service, pod, env }) => {
      const port = (mainContainer(pod)?.ports ?? []).find(({ name }) => name === 'http')?.containerPort;
      return [
        ...unless(port === service.port, `${pod.title}: its port http is ${port ?? 'not there'}, not ${service.port}`),
        ...unless(
          env.get('PORT') === String(service.port),
          `${pod.title}: PORT is ${env.get('PORT') ?? 'not set'}, not ${service.port}`,
        ),
      ];
    }),
    ...topology.flatMap(({ name, port }) =>
      ofKind(rendering, 'Service')
        .filter(({ metadata }) => metadata.name === name)
        .filter(({ spec }) => !(spec?.ports ?? []).some((one) => one.port === port))
        .map((service) => `${nameOf(service)}: has no port ${port}`),
    ),
  ],
};

const health: Rule = {
  name: 'health-is-the-topologys',
  says: "Readiness asks the topology's health path; liveness of our services asks /livez, which needs no other server.",
  check: (rendering) =>
    placed(rendering).flatMap(({ service, pod }) => {
      const container = mainContainer(pod);
      const ready = container?.readinessProbe?.httpGet?.path;
      const live = container?.livenessProbe?.httpGet?.path;
      return [
        ...unless(
          ready === service.health,
          `${pod.title}: readiness asks ${ready ?? 'nothing'}, not ${service.health ?? ''}`,
        ),
        ...unless(live === '/livez', `${pod.title}: liveness asks ${live ?? 'nothing'}, not /livez`),
      ];
    }),
};

const healthInside: Rule = {
  name: 'health-is-inside',
  says: 'What is public has health and metrics on a port of their own, where probes ask, and its Service does not have it.',
  check: (rendering) =>
    placed(rendering)
      .filter(({ service }) => service.public === true)
      .flatMap(({ service: { name, healthPort, port }, pod, env }) => {
        const given = env.get('HEALTH_PORT');
        const { readinessProbe, livenessProbe, startupProbe } = mainContainer(pod) ?? {};
        const probed = [readinessProbe, livenessProbe, startupProbe].map((one) => portOf(pod, one?.httpGet?.port));
        const served = ofKind(rendering, 'Service')
          .filter(({ metadata }) => metadata.name === name)
          .flatMap(({ spec }) => (spec?.ports ?? []).map((one) => portOf(pod, one.targetPort ?? one.port)));
        return [
          ...unless(
            given === String(healthPort) && healthPort !== port,
            `${pod.title}: HEALTH_PORT is ${given ?? 'not set'}, not ${healthPort ?? 'set'}`,
          ),
          ...unless(
            probed.every((one) => one === healthPort),
            `${pod.title}: probes ask ${probed.join(', ')}, not ${healthPort ?? 'any'}`,
          ),
          ...unless(!served.includes(healthPort), `Service/${name}: has the port of health`),
        ];
      }),
};

const stops: Rule = {
  name: 'stops-as-the-topology',
  says: 'preStop, DRAIN_MS and grace are those of the topology.',
  check: (rendering) => [
    ...placed(rendering).flatMap(({ service: { production, kind }, pod, env }) => {
      const preStop = (mainContainer(pod)?.lifecycle?.preStop?.sleep?.seconds ?? 0) * 1000;
      const drain = env.get('DRAIN_MS');
      return [
        ...unless(preStop === production.preStopMs, `${pod.title}: preStop ${preStop} ms, not ${production.preStopMs}`),
        ...unless(
          kind !== 'node' || drain === String(production.drainMs),
          `${pod.title}: DRAIN_MS ${drain ?? 'not set'}, not ${production.drainMs}`,
        ),
      ];
    }),
    ...workloadsOf(rendering).flatMap(({ name, title, pod }) => {
      const wanted = topology.find((service) => service.name === name)?.production.graceMs;
      const has = (pod.terminationGracePeriodSeconds ?? 30) * 1000;
      return wanted === undefined || wanted === has ? [] : [`${title}: grace ${has} ms, not ${wanted}`];
    }),
  ],
};

const read: Rule = {
  name: 'environment-is-read',
  says: 'No container is given a variable that its app does not read.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter((pod) => ourImage(mainContainer(pod)?.image))
      .flatMap((pod) => {
        const container = mainContainer(pod);
        const app = pod.kind === 'Job' ? 'provision' : pod.name;
        const names = container === undefined ? [] : [...environmentOf(rendering, container).keys()];
        return names.filter((name) => !isRead(app, name)).map((name) => `${pod.title}: nobody reads ${name}`);
      }),
};

const starts: Rule = {
  name: 'services-would-start',
  says: "Every service's own reader of settings accepts what it is given.",
  check: (rendering) =>
    placed(rendering).flatMap(({ service, pod, env }) =>
      startFaults(service.name, env).map((fault) => `${pod.title}: ${fault}`),
    ),
};

const required: Rule = {
  name: 'environment-is-the-topologys',
  says: 'Addresses, secrets and folders that the topology hands a service are handed to it here too.',
  check: (rendering) =>
    placed(rendering).flatMap(({ service, pod, env }) =>
      Object.entries(service.env)
        .filter(([, source]) => source.kind === 'url' || source.kind === 'secret' || source.kind === 'folder')
        .filter(([name]) => !env.has(name) && !env.has(`${name}_FILE`))
        .map(([name]) => `${pod.title}: ${name} is not set`),
    ),
};

const addresses: Rule = {
  name: 'addresses-lead-to-services',
  says: 'An address of one of our services is the name of its Service and its port.',
  check: (rendering) =>
    placed(rendering).flatMap(({ service, pod, env }) =>
      Object.entries(service.env).flatMap(([name, source]) => {
        const text = env.get(name);
        if (!('of' in source) || text === undefined || !topology.some((one) => one.name === source.of && isApp(one)))
          return [];
        const target = topology.find((one) => one.name === source.of);
        const wanted = `http://${source.of}:${target?.port ?? 0}${source.suffix ?? ''}`;
        const there = ofKind(rendering, 'Service').some(({ metadata }) => metadata.name === source.of);
        return [
          ...unless(text === wanted, `${pod.title}: ${name} is ${text}, not ${wanted}`),
          ...unless(there, `${pod.title}: ${name} leads to a Service that is not there`),
        ];
      }),
    ),
};

const secretFiles: Rule = {
  name: 'secret-files-are-mounted',
  says: 'Every *_FILE lies in a mounted Secret.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) =>
      containersOf(one).flatMap((container) =>
        [...environmentOf(rendering, container)]
          .filter(([name]) => name.endsWith('_FILE'))
          .filter(([, path]) => {
            const mount = (container.volumeMounts ?? []).find(({ mountPath }) => path.startsWith(`${mountPath}/`));
            const volume = (one.pod.volumes ?? []).find(({ name }) => name === mount?.name);
            return volume?.secret === undefined && volume?.projected === undefined;
          })
          .map(([name, path]) => `${one.title}: ${name} is ${path}, which is in no mounted Secret`),
      ),
    ),
};

const paths: Rule = {
  name: 'routes-as-the-edge',
  says: 'A Gateway or an Ingress sends each path to the service that the edge sends it to.',
  check: (rendering) => {
    const tables = [
      ...ofKind(rendering, 'HTTPRoute')
        .filter(({ spec }) => (spec.rules ?? []).some(({ backendRefs = [] }) => backendRefs.length > 0))
        .map((route) => ({
          title: nameOf(route),
          table: (route.spec.rules ?? []).flatMap(({ matches = [], backendRefs = [] }) =>
            matches.map(({ path }) => [path?.value ?? '/', backendRefs[0]?.name] as const),
          ),
        })),
      ...ofKind(rendering, 'Ingress').map((route) => ({
        title: nameOf(route),
        table: (route.spec?.rules ?? [])
          .flatMap(({ http }) => http?.paths ?? [])
          .map(({ path, backend }) => [path ?? '/', backend.service?.name] as const),
      })),
    ];
    return tables.flatMap(({ title, table }) => [
      ...Object.entries(ENTRY_PATHS)
        .filter(([path, service]) => !table.some(([one, to]) => one === path && to === service))
        .map(([path, service]) => `${title}: ${path} does not go to ${service}`),
      ...table.filter(([path]) => !(path in ENTRY_PATHS)).map(([path]) => `${title}: the edge has no ${path}`),
    ]);
  },
};

const entry: Rule = {
  name: 'inside-stays-inside',
  says: 'No Service is published by itself: people come in by a Gateway, an Ingress or a port-forward.',
  check: (rendering) =>
    ofKind(rendering, 'Service')
      .filter(({ spec }) => spec?.type !== undefined && spec.type !== 'ClusterIP')
      .map((service) => `${nameOf(service)}: is a ${service.spec?.type ?? ''}`),
};

/** The rules of parity with the topology. */
export const parityRules: readonly Rule[] = [
  everyApp,
  ports,
  health,
  healthInside,
  stops,
  read,
  starts,
  required,
  addresses,
  secretFiles,
  paths,
  entry,
];
