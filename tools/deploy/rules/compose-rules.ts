/** docker-compose.yml runs what the topology says, both ways. */
import { topology, type Service } from '../../topology.ts';
import { isRead, startFaults } from '../app-settings.ts';
import { seconds, type Compose, type ComposeService } from '../compose-model.ts';
import { composeContainerRules } from './compose-container-rules.ts';
import { entries, envOf, isOurs, serverOf, STEPS, type ComposeRule } from './compose-rule.ts';
import { unless } from './rule.ts';
import { VERSION } from './version-rules.ts';

const apps = topology.filter(({ kind }) => kind === 'node' || kind === 'next');
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
        ...unless(
          grace === service.graceMs,
          `${service.name}: stop_grace_period is ${grace} ms, not ${service.graceMs}`,
        ),
        ...unless(has === wanted, `${service.name}: DRAIN_MS is ${has ?? 'not set'}, not ${wanted ?? 'set at all'}`),
        ...unless(Number(has ?? 0) < grace, `${service.name}: is killed before it has drained`),
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

const healthPorts: ComposeRule = {
  name: 'compose-health-is-inside',
  says: 'What is public has health and metrics on a port of their own, which is not published.',
  check: (compose) =>
    placed(compose)
      .filter(({ service }) => service.public === true)
      .flatMap(({ service: { name, healthPort = 0, port }, container }) => {
        const given = envOf(container).get('HEALTH_PORT');
        return [
          ...unless(
            given === String(healthPort) && healthPort !== port,
            `${name}: HEALTH_PORT is ${given ?? 'not set'}, not ${healthPort}`,
          ),
          ...(container.ports ?? [])
            .filter(({ target }) => target !== port)
            .map(({ target }) => `${name}: ${target} is published`),
        ];
      }),
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
        ...unless(servers.length === 0 || direct.includes('provision'), `${name}: does not wait for provision`),
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
            !isRead(name, key) ||
            !(key.replace(/_FILE$/, '') in env || /^(PORT|HEALTH_PORT|NODE_|OTEL_|HOSTNAME)/.test(key)),
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

/** All rules for compose. */
export const composeRules: readonly ComposeRule[] = [
  ...composeContainerRules,
  everyService,
  stops,
  health,
  ports,
  healthPorts,
  needs,
  read,
  starts,
  addresses,
];
