/** What the containers of docker-compose.yml may do: no more than they must. */
import { topology } from '../../topology.ts';
import type { ComposeService } from '../compose-model.ts';
import { entries, envOf, isOurs, serverOf, STEPS, type ComposeRule } from './compose-rule.ts';
import { unless, when } from './rule.ts';

/** New volumes belong to root, and nothing else in these can write to them; they have no capability. */
const MAY_BE_ROOT = /^(keys|nats-\d)$/;

const has = (list: readonly string[] | undefined, item: string): boolean => list?.includes(item) === true;

/** What no container may be. */
const FAULTS: readonly (readonly [string, (one: ComposeService) => boolean])[] = [
  ['has no init', (one) => one.init !== true],
  ['can write into its image', (one) => one.read_only !== true],
  ['is privileged', (one) => one.privileged === true || (one.cap_add ?? []).length > 0],
  ['keeps capabilities', (one) => !has(one.cap_drop, 'ALL')],
  ['may gain privileges', (one) => !has(one.security_opt, 'no-new-privileges:true')],
  ['has a /tmp without a bound', (one) => (one.tmpfs ?? []).some((text) => !text.includes('size='))],
  ['is not started again', (one) => one.restart === undefined || one.restart === 'no'],
  ['has a log without a bound', (one) => one.logging?.options?.['max-size'] === undefined],
  ['is on the network of its host', (one) => one.network_mode !== undefined],
  ['holds the engine', (one) => (one.volumes ?? []).some(({ source }) => source?.endsWith('docker.sock') === true)],
];

const hardened: ComposeRule = {
  name: 'compose-is-hardened',
  says: 'Every container: no root, no capabilities, no new privileges, a read-only image, a bounded /tmp, an init, a bounded log.',
  check: (compose) =>
    entries(compose).flatMap(([name, one]) => {
      return [
        ...FAULTS.filter(([, broken]) => broken(one)).map(([what]) => `${name}: ${what}`),
        ...unless(
          MAY_BE_ROOT.test(name) || /^[1-9]\d*:\d+$/.test(one.user ?? ''),
          `${name}: runs as root, or as whom the image says`,
        ),
        ...when(isOurs(one) && name !== 'keys' && one.user !== '65532:65532', `${name}: does not run as 65532:65532`),
      ];
    }),
};

const isApp = (name: string, one: ComposeService): boolean =>
  isOurs(one) && !STEPS.includes(name) && serverOf(name) === undefined;

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
        ...when(heap === undefined && isApp(name, one), `${name}: does not bound its heap`),
        ...when(share < 0.6 || share > 0.8, `${name}: its heap is ${Math.round(share * 100)} % of its memory`),
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
        ...when(ports.length > 0 && !mayBe, `${name}: is published`),
        ...ports
          .filter(({ host_ip }) => host_ip !== '127.0.0.1')
          .map(({ target }) => `${name}: ${target} is open to other machines`),
        ...when(
          service?.public === true && !ports.some(({ target }) => target === service.port),
          `${name}: is not published at its port`,
        ),
        ...unless(container_name === undefined, `${name}: cannot be scaled with a name of its own`),
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
      ...unless(nodes.length === 3 && copies === '3', `nats: ${nodes.length} nodes, ${copies ?? 1} copies`),
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

/** The rules about what containers may do. */
export const composeContainerRules: readonly ComposeRule[] = [
  hardened,
  limited,
  published,
  closed,
  secrets,
  pinned,
  refs,
  servers,
];
