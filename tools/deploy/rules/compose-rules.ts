/** docker-compose.yml runs what the topology says, both ways, and nothing of it can do more than it must. */
import { topology, type Service } from '../../topology.ts';
import { isRead, startFaults } from '../app-settings.ts';
import { seconds, type Compose, type ComposeService } from '../compose-model.ts';
import { ourImage } from '../manifests.ts';
import { VERSION } from './version-rules.ts';

/** One promise of the compose files: a pure function from what they come to, to what breaks it. */
export interface ComposeRule {
  readonly name: string;
  readonly says: string;
  readonly check: (compose: Compose) => readonly string[];
}

/** Steps that end: what they need, and that nothing of the topology is behind them. */
const STEPS: readonly string[] = ['provision', 'keys', 'mongodb-init'];
/** New volumes belong to root, and nothing else in these can write to them; they have no capability. */
const MAY_BE_ROOT = /^(keys|nats-\d)$/;
/** Members of the servers of the topology. */
const serverOf = (name: string): string | undefined => /^(nats|mongodb)(-\d)?$/.exec(name)?.[1];
/** Brought by compose/observability.yml: not ours, and bound by their own rules. */
const isOurs = (service: ComposeService): boolean => ourImage(service.image);

const apps = topology.filter(({ kind }) => kind === 'node' || kind === 'next');
const entries = ({ services }: Compose): readonly (readonly [string, ComposeService])[] => Object.entries(services);
const envOf = ({ environment = {} }: ComposeService): ReadonlyMap<string, string> =>
  new Map(Object.entries(environment).map(([name, value]) => [name, value ?? '']));

interface Placed {
  readonly service: Service;
  readonly container: ComposeService;
}

const placed = (compose: Compose): readonly Placed[] =>
  apps.flatMap((service) => {
    const container = compose.services[service.name];
    return container === undefined ? [] : [{ service, container }];
  });

const everyService: ComposeRule = {
  name: 'compose-has-every-service',
  says: 'Every service of the topology is there with its own image, and nothing of ours is anything else.',
  check: (compose) => [
    ...apps.filter(({ name }) => compose.services[name] === undefined).map(({ name }) => `${name}: is not there`),
    ...['nats', 'mongodb']
      .filter((server) => !entries(compose).some(([name]) => serverOf(name) === server))
      .map((server) => `${server}: is not there`),
    ...entries(compose)
      .filter(([, service]) => isOurs(service))
      .flatMap(([name, { image = '' }]) => {
        const wanted = STEPS.includes(name) ? 'ops' : serverOf(name) === undefined ? name : 'secantusdb';
        return image === `colloquy/${wanted}:${VERSION}` ? [] : [`${name}: runs ${image}`];
      }),
  ],
};

const hardened: ComposeRule = {
  name: 'compose-is-hardened',
  says: 'Every container: no root, no capabilities, no new privileges, a read-only image, a bounded /tmp, an init, a bounded log.',
  check: (compose) =>
    entries(compose).flatMap(([name, one]) => {
      const faults: readonly (readonly [boolean, string])[] = [
        [one.init !== true, 'has no init'],
        [one.read_only !== true, 'can write into its image'],
        [one.privileged === true || (one.cap_add ?? []).length > 0, 'is privileged'],
        [!(one.cap_drop ?? []).includes('ALL'), 'keeps capabilities'],
        [!(one.security_opt ?? []).includes('no-new-privileges:true'), 'may gain privileges'],
        [!MAY_BE_ROOT.test(name) && !/^[1-9]\d*:\d+$/.test(one.user ?? ''), 'runs as root, or as whom the image says'],
        [isOurs(one) && name !== 'keys' && one.user !== '65532:65532', 'does not run as 65532:65532'],
        [(one.tmpfs ?? []).some((text) => !text.includes('size=')), 'has a /tmp without a bound'],
        [one.restart === undefined || one.restart === 'no', 'is not started again'],
        [one.logging?.options?.['max-size'] === undefined, 'has a log without a bound'],
        [one.network_mode !== undefined, 'is on the network of its host'],
        [(one.volumes ?? []).some(({ source }) => source?.endsWith('docker.sock') === true), 'holds the engine'],
      ];
      return faults.filter(([broken]) => broken).map(([, what]) => `${name}: ${what}`);
    }),
};

const limited: ComposeRule = {
  name: 'compose-is-limited',
  says: 'Every container has a bound of memory, CPU and processes, and the heap of Node is 60 to 80 % of its memory.',
  check: (compose) =>
    entries(compose).flatMap(([name, one]) => {
      const { cpus, memory, pids } = one.deploy?.resources?.limits ?? {};
      const missing = Object.entries({ cpus, memory, pids }).filter(([, value]) => value === undefined);
      const heap = /--max-old-space-size=(\d+)/.exec(envOf(one).get('NODE_OPTIONS') ?? '')?.[1];
      const share = (Number(heap) * 1024 ** 2) / Number(memory);
      return [
        ...missing.map(([key]) => `${name}: no bound of ${key}`),
        ...(isOurs(one) && !STEPS.includes(name) && heap === undefined && serverOf(name) === undefined
          ? [`${name}: does not bound its heap`]
          : []),
        ...(heap === undefined || (share >= 0.6 && share <= 0.8)
          ? []
          : [`${name}: its heap is ${Math.round(share * 100)} % of its memory`]),
      ];
    }),
};

const published: ComposeRule = {
  name: 'compose-publishes-the-edge',
  says: 'Only the public service of the topology is published, at its port and on 127.0.0.1; with it, what watches.',
  check: (compose) =>
    entries(compose).flatMap(([name, { ports = [], container_name, ...one }]) => {
      const service = topology.find((two) => two.name === name);
      const mayBe = service?.public === true || (!isOurs(one) && serverOf(name) === undefined);
      return [
        ...(ports.length > 0 && !mayBe ? [`${name}: is published`] : []),
        ...ports
          .filter(({ host_ip }) => host_ip !== '127.0.0.1')
          .map(({ target }) => `${name}: ${target} is open to other machines`),
        ...(service?.public === true && !ports.some(({ target }) => target === service.port)
          ? [`${name}: is not published at ${service.port}`]
          : []),
        ...(container_name === undefined ? [] : [`${name}: cannot be scaled with a name of its own`]),
      ];
    }),
};

const closed: ComposeRule = {
  name: 'compose-is-closed',
  says: 'Only the orchestrator (models and tools) and the edge are on a network with a way out.',
  check: (compose) => {
    const open = new Set(
      Object.entries(compose.networks)
        .filter(([, net]) => net?.internal !== true)
        .map(([name]) => name),
    );
    return entries(compose)
      .filter(
        ([name, one]) => !['orchestrator', 'edge'].includes(name) && (isOurs(one) || serverOf(name) !== undefined),
      )
      .filter(([, { networks = { default: null } }]) =>
        Object.keys(networks).some((name) => open.has(name) || name === 'default'),
      )
      .map(([name]) => `${name}: has a way out`);
  },
};

const stops: ComposeRule = {
  name: 'compose-stops-as-the-topology',
  says: 'stop_grace_period and DRAIN_MS are those of the topology, with room between them.',
  check: (compose) => [
    ...placed(compose).flatMap(({ service, container }) => {
      const drain = service.env['DRAIN_MS'];
      const has = envOf(container).get('DRAIN_MS');
      const wanted = drain?.kind === 'default' ? drain.value : undefined;
      const grace = seconds(container.stop_grace_period) * 1000;
      return [
        ...(grace === service.graceMs
          ? []
          : [`${service.name}: stop_grace_period is ${grace} ms, not ${service.graceMs}`]),
        ...(has === wanted ? [] : [`${service.name}: DRAIN_MS is ${has ?? 'not set'}, not ${wanted ?? 'set at all'}`]),
        ...(Number(has ?? 0) < grace ? [] : [`${service.name}: is killed before it has drained`]),
      ];
    }),
    ...entries(compose).flatMap(([name, { stop_grace_period }]) => {
      const server = topology.find((one) => one.name === serverOf(name));
      const grace = seconds(stop_grace_period) * 1000;
      return server === undefined || grace === server.graceMs
        ? []
        : [`${name}: stop_grace_period is ${grace} ms, not ${server.graceMs}`];
    }),
  ],
};

const health: ComposeRule = {
  name: 'compose-asks-health',
  says: "Everything that runs for ever has a health check, our services at the topology's path.",
  check: (compose) => [
    ...entries(compose)
      .filter(([name, one]) => !STEPS.includes(name) && (isOurs(one) || serverOf(name) !== undefined))
      .filter(([, { healthcheck }]) => healthcheck?.test === undefined || healthcheck.disable === true)
      .map(([name]) => `${name}: nobody asks how it is`),
    ...placed(compose)
      .filter(({ service, container }) => container.healthcheck?.test?.at(-1) !== service.health)
      .map(({ service }) => `${service.name}: is not asked at ${service.health ?? ''}`),
  ],
};

const ports: ComposeRule = {
  name: 'compose-ports-are-the-topologys',
  says: 'PORT is that of the topology.',
  check: (compose) =>
    placed(compose)
      .filter(({ service, container }) => envOf(container).get('PORT') !== String(service.port))
      .map(
        ({ service, container }) =>
          `${service.name}: PORT is ${envOf(container).get('PORT') ?? 'not set'}, not ${service.port}`,
      ),
};

/** What must be healthy first, its own needs included: a service waits for the step that makes what it needs. */
function waitsFor(compose: Compose, name: string): ReadonlySet<string> {
  const seen = new Set<string>();
  const left = Object.keys(compose.services[name]?.depends_on ?? {});
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    left.push(...Object.keys(compose.services[one]?.depends_on ?? {}));
  }
  return seen;
}

const needs: ComposeRule = {
  name: 'compose-waits-for-needs',
  says: 'A service waits for what it needs by the topology: servers through the step that provisions them, others until they are healthy.',
  check: (compose) => [
    ...placed(compose).flatMap(({ service: { name, needs: wanted }, container }) => {
      const waits = waitsFor(compose, name);
      const direct = Object.keys(container.depends_on ?? {});
      const has = new Set([...waits].map((one) => serverOf(one) ?? one));
      const servers = wanted.filter((one) => ['nats', 'mongodb'].includes(one));
      return [
        ...wanted.filter((need) => !has.has(need)).map((need) => `${name}: does not wait for ${need}`),
        ...(servers.length === 0 || direct.includes('provision') ? [] : [`${name}: does not wait for provision`]),
        ...direct
          .filter((one) => !STEPS.includes(one) && !wanted.includes(serverOf(one) ?? one))
          .map((one) => `${name}: waits for ${one}, which it does not need`),
      ];
    }),
    ...entries(compose).flatMap(([name, { depends_on = {} }]) =>
      Object.entries(depends_on).flatMap(([target, { condition }]) => {
        if (compose.services[target] === undefined) return [`${name}: there is no ${target}`];
        if (name === 'mongodb-init') return [];
        const wanted = STEPS.includes(target) ? 'service_completed_successfully' : 'service_healthy';
        return condition === wanted || serverOf(name) !== undefined || !isOursOrStep(compose, name)
          ? []
          : [`${name}: waits for ${target} until ${condition}, not ${wanted}`];
      }),
    ),
  ],
};

const isOursOrStep = (compose: Compose, name: string): boolean =>
  STEPS.includes(name) || isOurs(compose.services[name] ?? {});

const read: ComposeRule = {
  name: 'compose-environment-is-read',
  says: 'No container of ours is given a variable that it does not read, and none that the topology does not know.',
  check: (compose) =>
    placed(compose).flatMap(({ service: { name, env }, container }) =>
      [...envOf(container).keys()]
        .filter(
          (key) =>
            !isRead(name, key) || !(key.replace(/_FILE$/, '') in env || /^(PORT|NODE_|OTEL_|HOSTNAME)/.test(key)),
        )
        .map((key) => `${name}: nobody reads ${key}`),
    ),
};

const starts: ComposeRule = {
  name: 'compose-services-would-start',
  says: "Every service's own reader of settings accepts what it is given, and what the topology hands it is there.",
  check: (compose) =>
    placed(compose).flatMap(({ service, container }) => {
      const env = envOf(container);
      const missing = Object.entries(service.env)
        .filter(([, source]) => ['url', 'one-url', 'secret', 'folder'].includes(source.kind))
        .filter(([name]) => !env.has(name) && !env.has(`${name}_FILE`));
      return [
        ...missing.map(([name]) => `${service.name}: ${name} is not set`),
        ...startFaults(service.name, env).map((fault) => `${service.name}: ${fault}`),
      ];
    }),
};

const HOSTS = /(?:\/\/|,)([a-z][a-z0-9-]*):(\d+)/g;

const addresses: ComposeRule = {
  name: 'compose-addresses-lead-to-services',
  says: 'Every address in an environment is a service that is there, at its port of the topology.',
  check: (compose) =>
    entries(compose).flatMap(([name, service]) =>
      [...envOf(service)].flatMap(([key, text]) =>
        [...text.matchAll(HOSTS)].flatMap(([, host = '', port]) => {
          if (compose.services[host] === undefined) return [`${name}: ${key} leads to ${host}, which is not there`];
          const target = topology.find((one) => one.name === (serverOf(host) ?? host));
          return target === undefined || String(target.port) === port
            ? []
            : [`${name}: ${key} leads to ${host}:${port ?? ''}, not ${target.port}`];
        }),
      ),
    ),
};

const secrets: ComposeRule = {
  name: 'compose-has-no-secrets',
  says: 'No secret is written in the file: it is a file in a volume, read-only, or comes from the person who starts.',
  check: (compose) =>
    entries(compose).flatMap(([name, service]) => [
      ...[...envOf(service)]
        .filter(([key, value]) => /(SECRET|PASSWORD|TOKEN|API_KEY)$/.test(key) && value !== '')
        .map(([key]) => `${name}: ${key} is written down`),
      ...[...envOf(service)]
        .filter(([key]) => key.endsWith('_FILE'))
        .filter(
          ([, path]) =>
            !(service.volumes ?? []).some(
              ({ target, read_only }) => read_only === true && path.startsWith(`${target}/`),
            ) && !path.startsWith('/run/secrets/'),
        )
        .map(([key, path]) => `${name}: ${key} is ${path}, which is not mounted`),
    ]),
};

const pinned: ComposeRule = {
  name: 'compose-images-are-pinned',
  says: 'Every image has a version, never latest.',
  check: (compose) =>
    entries(compose)
      .filter(([, { image = '' }]) => !/:[^/:]+$|@sha256:/.test(image) || /:latest($|@)/.test(image))
      .map(([name, { image = '' }]) => `${name}: has the image "${image}"`),
};

const refs: ComposeRule = {
  name: 'compose-refs-exist',
  says: 'Every volume and network that is named is declared, and every declared one is used.',
  check: (compose) => {
    const volumes = entries(compose).flatMap(([name, { volumes: list = [] }]) =>
      list.filter(({ type }) => type === 'volume').map(({ source = '' }) => [name, source] as const),
    );
    const networks = entries(compose).flatMap(([name, { networks: map = {} }]) =>
      Object.keys(map).map((net) => [name, net] as const),
    );
    return [
      ...volumes
        .filter(([, one]) => !(one in compose.volumes))
        .map(([name, one]) => `${name}: there is no volume ${one}`),
      ...networks
        .filter(([, one]) => !(one in compose.networks))
        .map(([name, one]) => `${name}: there is no network ${one}`),
      ...Object.keys(compose.networks)
        .filter((one) => !networks.some(([, net]) => net === one))
        .map((one) => `network ${one}: nobody is on it`),
    ];
  },
};

const servers: ComposeRule = {
  name: 'compose-keeps-data',
  says: 'Three NATS nodes with three copies of each stream, and servers whose data outlives their containers.',
  check: (compose) => {
    const nodes = entries(compose).filter(([name]) => serverOf(name) === 'nats');
    const copies = envOf(compose.services['provision'] ?? {}).get('NATS_REPLICAS');
    return [
      ...(nodes.length === 3 && copies === '3' ? [] : [`nats: ${nodes.length} nodes, ${copies ?? 1} copies`]),
      ...nodes
        .filter(([name, one]) => ![...envOf(one).values()].includes(name))
        .map(([name]) => `${name}: does not know its own name`),
      ...entries(compose)
        .filter(([name]) => serverOf(name) !== undefined)
        .filter(
          ([, { volumes = [] }]) => !volumes.some(({ type, read_only }) => type === 'volume' && read_only !== true),
        )
        .map(([name]) => `${name}: forgets everything`),
    ];
  },
};

/** All rules for compose. */
export const composeRules: readonly ComposeRule[] = [
  everyService,
  hardened,
  limited,
  published,
  closed,
  stops,
  health,
  ports,
  needs,
  read,
  starts,
  addresses,
  secrets,
  pinned,
  refs,
  servers,
];
