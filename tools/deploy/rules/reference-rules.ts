/** Whatever names something else names something that is there. */
import {
  containersOf,
  mainContainer,
  nameOf,
  ofKind,
  ourImage,
  portOf,
  selected,
  selects,
  workloadsOf,
  type Manifest,
  type Rendering,
  type Selector,
  type Workload,
} from '../manifests.ts';
import { askedPorts } from './asked-ports.ts';
import { unless, when, type Rule } from './rule.ts';

/** Secrets that are made outside of the manifests, and their keys: an installation's own values. */
export const OUTSIDE_SECRETS: Readonly<Record<string, readonly string[]>> = {
  mongodb: ['uri'],
  auth: ['secret'],
  openai: ['api-key'],
  'files-s3': ['access-key-id', 'secret-access-key'],
  nats: ['url', 'password', 'route-password'],
};

const unique: Rule = {
  name: 'names-are-unique',
  says: 'No two objects have the same kind and name.',
  check({ objects }) {
    const titles = objects.map(nameOf);
    return titles.filter((title, at) => titles.indexOf(title) !== at).map((title) => `${title}: twice`);
  },
};

const ownPods: Rule = {
  name: 'selector-takes-own-pods',
  says: 'A workload selects its own pods, by app.kubernetes.io/name.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter(({ kind }) => kind !== 'Job')
      .flatMap(({ title, selector, labels }) => {
        const keys = Object.keys(selector?.matchLabels ?? {});
        if (!keys.includes('app.kubernetes.io/name')) return [`${title}: selects by ${keys.join(', ') || 'nothing'}`];
        return selects(selector, labels) ? [] : [`${title}: its selector does not take its own pods`];
      }),
};

const titles = (pods: readonly Workload[]): string => pods.map(({ title }) => title).join(', ') || 'nothing';

const serviceTargets: Rule = {
  name: 'service-has-pods',
  says: 'Every Service selects the pods of one workload, and its ports are theirs.',
  check: (rendering) =>
    ofKind(rendering, 'Service').flatMap((service) => {
      const { selector, ports = [] } = service.spec ?? {};
      const pods = selector === undefined ? [] : selected(rendering, { matchLabels: selector });
      const title = nameOf(service);
      const [pod, ...more] = pods;
      if (pod === undefined || more.length > 0) return [`${title}: selects ${titles(pods)}`];
      return ports
        .filter(({ port, targetPort }) => portOf(pod, targetPort ?? port) === undefined)
        .map(({ port, targetPort }) => `${title}: ${pod.title} has no port ${targetPort ?? port}`);
    }),
};

const budgetTargets: Rule = {
  name: 'budget-has-pods',
  says: 'Every PodDisruptionBudget takes the pods of one workload and lets at least one of them go.',
  check: (rendering) =>
    ofKind(rendering, 'PodDisruptionBudget').flatMap((budget) => {
      const pods = selected(rendering, budget.spec?.selector);
      const title = nameOf(budget);
      const [pod, ...more] = pods;
      if (pod === undefined || more.length > 0) return [`${title}: selects ${titles(pods)}`];
      const { maxUnavailable, minAvailable } = budget.spec ?? {};
      const everyone: readonly unknown[] = ['100%', pod.replicas ?? NaN];
      const blocks = maxUnavailable === 0 || maxUnavailable === '0%' || everyone.includes(minAvailable);
      return when(blocks, `${title}: no node can ever be drained`);
    }),
};

const monitorTargets: Rule = {
  name: 'monitor-has-ports',
  says: 'Every ServiceMonitor selects something that has the named port; of every pod a PodMonitor asks exactly one port.',
  check: (rendering) => [
    ...ofKind(rendering, 'ServiceMonitor').flatMap((monitor) => {
      const services = ofKind(rendering, 'Service').filter(({ metadata }) =>
        selects(monitor.spec.selector as Selector, metadata.labels ?? {}),
      );
      if (services.length === 0) return [`${nameOf(monitor)}: selects no Service`];
      const ports = services.map(({ spec }) => (spec?.ports ?? []).map(({ name }) => name));
      return monitor.spec.endpoints.flatMap(({ port }) =>
        ports.every((names) => names.includes(port)) ? [] : [`${nameOf(monitor)}: no port ${port ?? '(none)'}`],
      );
    }),
    ...ofKind(rendering, 'PodMonitor').flatMap((monitor) => {
      const pods = selected(rendering, monitor.spec.selector);
      if (pods.length === 0) return [`${nameOf(monitor)}: selects no pods`];
      return pods.flatMap((pod) => {
        const asked = askedPorts(monitor, pod);
        return asked.length === 1 ? [] : [`${nameOf(monitor)}: asks ${asked.length} ports of ${pod.title}`];
      });
    }),
  ],
};

interface Backend {
  readonly of: Manifest;
  readonly service: string | undefined;
  readonly port: number | string | undefined;
}

function backendsOf(rendering: Rendering): readonly Backend[] {
  const routes = ofKind(rendering, 'HTTPRoute').flatMap((of) =>
    (of.spec.rules ?? []).flatMap(({ backendRefs = [] }) =>
      backendRefs.map(({ name, port }) => ({ of, service: name, port })),
    ),
  );
  const ingresses = ofKind(rendering, 'Ingress').flatMap((of) =>
    [
      ...(of.spec?.rules ?? []).flatMap(({ http }) => http?.paths ?? []).map(({ backend }) => backend),
      of.spec?.defaultBackend,
    ]
      .flatMap((backend) => backend?.service ?? [])
      .map(({ name, port }) => ({ of, service: name, port: port?.number ?? port?.name })),
  );
  return [...routes, ...ingresses];
}

/** Whoever comes without TLS is sent elsewhere: such a route leads to no Service. */
const redirects = (route: Manifest): boolean => JSON.stringify(route).includes('"RequestRedirect"');

const routeTargets: Rule = {
  name: 'route-has-backend',
  says: 'Every HTTPRoute and Ingress leads to Services that have the port.',
  check: (rendering) => {
    const services = ofKind(rendering, 'Service');
    const empty = [...ofKind(rendering, 'HTTPRoute'), ...ofKind(rendering, 'Ingress')].filter(
      (route) => !backendsOf(rendering).some(({ of }) => of === route) && !redirects(route),
    );
    return [
      ...empty.map((route) => `${nameOf(route)}: leads nowhere`),
      ...backendsOf(rendering).flatMap(({ of, service, port }) => {
        const found = services.find(({ metadata }) => metadata.name === service);
        if (found === undefined) return [`${nameOf(of)}: there is no Service ${service ?? '(none)'}`];
        const has = (found.spec?.ports ?? []).some((one) => one.port === port || one.name === port);
        return has ? [] : [`${nameOf(of)}: Service/${found.metadata.name} has no port ${port ?? '(none)'}`];
      }),
    ];
  },
};

interface Need {
  readonly by: Workload;
  readonly kind: 'ConfigMap' | 'Secret';
  readonly name: string | undefined;
  readonly keys: readonly string[];
}

function volumeNeeds(by: Workload): readonly Need[] {
  return (by.pod.volumes ?? []).flatMap(({ configMap, secret, projected }) => [
    ...(configMap
      ? [{ by, kind: 'ConfigMap', name: configMap.name, keys: (configMap.items ?? []).map(({ key }) => key) } as const]
      : []),
    ...(secret && secret.optional !== true
      ? [{ by, kind: 'Secret', name: secret.secretName, keys: (secret.items ?? []).map(({ key }) => key) } as const]
      : []),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...(source.configMap
        ? [
            {
              by,
              kind: 'ConfigMap',
              name: source.configMap.name,
              keys: (source.configMap.items ?? []).map(({ key }) => key),
            } as const,
          ]
        : []),
      ...(source.secret
        ? [
            {
              by,
              kind: 'Secret',
              name: source.secret.name,
              keys: (source.secret.items ?? []).map(({ key }) => key),
            } as const,
          ]
        : []),
    ]),
  ]);
}

function envNeeds(by: Workload): readonly Need[] {
  return containersOf(by).flatMap((container) => [
    ...(container.envFrom ?? []).flatMap(({ configMapRef, secretRef }) => [
      ...(configMapRef ? [{ by, kind: 'ConfigMap', name: configMapRef.name, keys: [] } as const] : []),
      ...(secretRef ? [{ by, kind: 'Secret', name: secretRef.name, keys: [] } as const] : []),
    ]),
    ...(container.env ?? []).flatMap(({ valueFrom }) => {
      const { configMapKeyRef, secretKeyRef } = valueFrom ?? {};
      return [
        ...(configMapKeyRef
          ? [{ by, kind: 'ConfigMap', name: configMapKeyRef.name, keys: [configMapKeyRef.key] } as const]
          : []),
        ...(secretKeyRef ? [{ by, kind: 'Secret', name: secretKeyRef.name, keys: [secretKeyRef.key] } as const] : []),
      ];
    }),
  ]);
}

function keysOf(rendering: Rendering, kind: Need['kind'], name: string): readonly string[] | undefined {
  if (kind === 'ConfigMap') {
    const map = ofKind(rendering, 'ConfigMap').find(({ metadata }) => metadata.name === name);
    return map && Object.keys({ ...map.data, ...map.binaryData });
  }
  const secret = ofKind(rendering, 'Secret').find(({ metadata }) => metadata.name === name);
  return secret ? Object.keys({ ...secret.data, ...secret.stringData }) : OUTSIDE_SECRETS[name];
}

const configRefs: Rule = {
  name: 'config-refs-exist',
  says: 'Every ConfigMap and Secret that a pod names is there and has the keys.',
  check: (rendering) =>
    workloadsOf(rendering)
      .flatMap((one) => [...volumeNeeds(one), ...envNeeds(one)])
      .flatMap(({ by, kind, name = '', keys }) => {
        const has = keysOf(rendering, kind, name);
        if (has === undefined) return [`${by.title}: there is no ${kind} ${name}`];
        return keys.filter((key) => !has.includes(key)).map((key) => `${by.title}: ${kind} ${name} has no ${key}`);
      }),
};

const mounts: Rule = {
  name: 'mounts-exist',
  says: 'Every volume that is mounted is there, every volume is mounted, and no two are mounted at one place.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) => {
      const volumes = [...(one.pod.volumes ?? []).map(({ name }) => name), ...one.claims];
      const mounted = containersOf(one).flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name));
      return [
        ...mounted.filter((name) => !volumes.includes(name)).map((name) => `${one.title}: there is no volume ${name}`),
        ...volumes.filter((name) => !mounted.includes(name)).map((name) => `${one.title}: nobody mounts ${name}`),
        ...containersOf(one).flatMap(({ name, volumeMounts = [] }) => {
          const paths = volumeMounts.map(({ mountPath }) => mountPath);
          return paths
            .filter((path, at) => paths.indexOf(path) !== at)
            .map((path) => `${one.title}: ${name} mounts ${path} twice`);
        }),
      ];
    }),
};

const accounts: Rule = {
  name: 'accounts-are-own',
  says: 'Every workload has a ServiceAccount of its own without a token, and no environment made from other Services.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap(({ title, pod }) => {
      const account = ofKind(rendering, 'ServiceAccount').find(
        ({ metadata }) => metadata.name === pod.serviceAccountName,
      );
      return [
        ...when(account === undefined, `${title}: there is no ServiceAccount ${pod.serviceAccountName ?? '(none)'}`),
        ...unless(account?.automountServiceAccountToken === false, `${title}: its account mounts a token`),
        ...unless(pod.automountServiceAccountToken === false, `${title}: mounts a token`),
        ...unless(pod.enableServiceLinks === false, `${title}: enableServiceLinks is not false`),
      ];
    }),
};

const spreadTargets: Rule = {
  name: 'spread-over-nodes',
  says: 'Every service of ours and every StatefulSet spreads its own pods over zones and nodes.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter((one) => one.kind === 'StatefulSet' || (one.kind === 'Deployment' && ourImage(mainContainer(one)?.image)))
      .flatMap(({ title, pod, labels }) => {
        const spreads = pod.topologySpreadConstraints ?? [];
        const missing = ['topology.kubernetes.io/zone', 'kubernetes.io/hostname'].filter(
          (key) => !spreads.some(({ topologyKey }) => topologyKey === key),
        );
        const strange = spreads.filter(
          ({ labelSelector }) => !labelSelector || !selects(labelSelector as Selector, labels),
        );
        return [
          ...missing.map((key) => `${title}: not spread over ${key}`),
          ...strange.map(({ topologyKey }) => `${title}: spreads other pods over ${topologyKey}`),
        ];
      }),
};

/** The rules about references. */
export const referenceRules: readonly Rule[] = [
  unique,
  ownPods,
  serviceTargets,
  budgetTargets,
  monitorTargets,
  routeTargets,
  configRefs,
  mounts,
  accounts,
  spreadTargets,
];
