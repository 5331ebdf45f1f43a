/** Who may reach whom: the arrows of the topology, and nothing else. */
import type { INetworkPolicyPeer } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPeer';
import type { INetworkPolicyPort } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicyPort';
import { topology } from '../../topology.ts';
import {
  nameOf,
  ofKind,
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
import { ENDPOINT } from './scaling-rules.ts';

const NAME = 'app.kubernetes.io/name';
/** Of the exporter that the component monitoring-nats puts beside each NATS: the policy of NATS knows it always. */
const EXPORTER_PORT = 7777;
const SERVERS = ['nats', 'mongodb'];
const COLLECTOR = 'otel-collector';
/** What components add to the services of the topology. */
const HELPERS: Readonly<Record<string, readonly string[]>> = {
  provision: SERVERS,
  'mongodb-init': ['mongodb'],
  nats: ['nats'],
  mongodb: ['mongodb'],
  [COLLECTOR]: [],
};
/** Networks that a model on the public network is not in: here are the cluster and the cloud's own addresses. */
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '169.254.0.0/16'];

/** What a service reaches: what it needs, and whose address it gets. */
export function reachedBy(name: string): ReadonlySet<string> {
  const service = topology.find((one) => one.name === name);
  const addresses = Object.values(service?.env ?? {}).flatMap((source) => ('of' in source ? [source.of] : []));
  const traces = service?.kind === 'node' ? [COLLECTOR] : [];
  return new Set([...(service?.needs ?? []), ...addresses, ...(HELPERS[name] ?? []), ...traces]);
}

interface Flow {
  readonly peers: readonly INetworkPolicyPeer[] | undefined;
  readonly ports: readonly INetworkPolicyPort[] | undefined;
}

interface Policy {
  readonly manifest: Manifest;
  readonly selector: Selector;
  /** Undefined when it says nothing about this direction. */
  readonly egress: readonly Flow[] | undefined;
  readonly ingress: readonly Flow[] | undefined;
}

function policiesOf(rendering: Rendering): readonly Policy[] {
  return ofKind(rendering, 'NetworkPolicy').map((manifest) => {
    const { podSelector = {}, policyTypes = ['Ingress'], egress = [], ingress = [] } = manifest.spec ?? {};
    return {
      manifest,
      selector: podSelector,
      egress: policyTypes.includes('Egress') ? egress.map(({ to, ports }) => ({ peers: to, ports })) : undefined,
      ingress: policyTypes.includes('Ingress') ? ingress.map(({ from, ports }) => ({ peers: from, ports })) : undefined,
    };
  });
}

const takesAll = ({ matchLabels = {}, matchExpressions = [] }: Selector): boolean =>
  Object.keys(matchLabels).length === 0 && matchExpressions.length === 0;

const closed = (rendering: Rendering): boolean =>
  policiesOf(rendering).some(({ selector, egress, ingress }) => takesAll(selector) && egress && ingress);

/** Whether a flow lets a port through. */
function letsPort({ ports }: Flow, pod: Workload | undefined, port: number): boolean {
  if (ports === undefined) return true;
  return ports.some((one) => one.port === undefined || one.port === port || (pod && portOf(pod, one.port) === port));
}

const podPeer = (peer: INetworkPolicyPeer, labels: Workload['labels']): boolean =>
  peer.namespaceSelector === undefined && peer.podSelector !== undefined && selects(peer.podSelector, labels);

interface Way {
  readonly from: Workload;
  readonly to: Workload;
  readonly port: number;
}

/** Whether the policies let a way be, seen from one of its ends. */
function open(rendering: Rendering, direction: 'egress' | 'ingress', { from, to, port }: Way): boolean {
  const [here, there] = direction === 'egress' ? [from, to] : [to, from];
  const mine = policiesOf(rendering).filter(
    (one) => one[direction] !== undefined && selects(one.selector, here.labels),
  );
  if (mine.length === 0) return true;
  return mine
    .flatMap((one) => one[direction] ?? [])
    .some(
      (flow) =>
        (toEverybody(flow) || flow.peers?.some((peer) => podPeer(peer, there.labels)) === true) &&
        letsPort(flow, to, port),
    );
}

/** Where each of them is reached. */
function portsOf(name: string): readonly number[] {
  if (name === COLLECTOR) return [4318];
  const port = topology.find((service) => service.name === name)?.port;
  return port === undefined ? [] : [port];
}

function ways(rendering: Rendering): readonly Way[] {
  const all = workloadsOf(rendering).filter(
    ({ name }) => topology.some((one) => one.name === name) || name in HELPERS || isHelper(name),
  );
  return all.flatMap((from) => all.flatMap((to) => portsOf(to.labels[NAME] ?? '').map((port) => ({ from, to, port }))));
}

const isHelper = (name: string): boolean => Object.keys(HELPERS).some((helper) => name.startsWith(helper));

const needed = ({ from, to }: Way): boolean => reachedBy(from.labels[NAME] ?? '').has(to.labels[NAME] ?? '');

const arrows: Rule = {
  name: 'needs-are-reachable',
  says: 'Whatever a service needs by the topology, the policies of both ends let it reach.',
  check: (rendering) =>
    ways(rendering)
      .filter((way) => needed(way) && way.from !== way.to)
      .flatMap((way) =>
        (['egress', 'ingress'] as const)
          .filter((direction) => !open(rendering, direction, way))
          .map((direction) => `${way.from.title}: its way to ${way.to.title}:${way.port} is closed by ${direction}`),
      ),
};

const nothingMore: Rule = {
  name: 'nothing-else-is-reachable',
  says: 'Where everything is denied, no policy opens a way that the topology does not have.',
  check: (rendering) =>
    closed(rendering)
      ? ways(rendering)
          .filter((way) => !needed(way) && way.from !== way.to && open(rendering, 'egress', way))
          // Whoever is one of ours may trace.
          .filter(({ to }) => to.name !== COLLECTOR)
          .map(({ from, to, port }) => `${from.title}: may reach ${to.title}:${port}, which it does not need`)
      : [],
};

const outside = (flow: Flow): boolean =>
  (flow.peers ?? []).some(({ ipBlock, namespaceSelector }) => ipBlock !== undefined || namespaceSelector !== undefined);

/** The namespaces that KEDA looks for NATS in. */
const natsNamespaces = (rendering: Rendering): readonly string[] =>
  ofKind(rendering, 'ScaledObject')
    .flatMap(({ spec }) => spec.triggers ?? [])
    .flatMap(({ metadata }) => ENDPOINT.exec(String(metadata['natsServerMonitoringEndpoint']))?.[2] ?? []);

/** Whether a flow goes where a server is: to pods by their namespace, where it is known; else to anything outside. */
function leadsTo(flow: Flow, namespaces: readonly string[]): boolean {
  const named = (flow.peers ?? []).map(
    ({ namespaceSelector }) =>
      (namespaceSelector as Selector | undefined)?.matchLabels?.['kubernetes.io/metadata.name'],
  );
  return namespaces.length === 0 ? outside(flow) : namespaces.every((namespace) => named.includes(namespace));
}

const serversOutside: Rule = {
  name: 'servers-outside-are-reachable',
  says: 'Where everything is denied and NATS or MongoDB are elsewhere, a policy lets those who need them out to their ports: to the namespace where KEDA asks NATS, since pods are not matched by addresses.',
  check: (rendering) =>
    SERVERS.filter(
      (server) => closed(rendering) && !workloadsOf(rendering).some(({ name }) => name === server),
    ).flatMap((server) =>
      workloadsOf(rendering)
        .filter(({ labels }) => reachedBy(labels[NAME] ?? '').has(server))
        .filter(({ labels }) => {
          const flows = policiesOf(rendering).filter(({ selector }) => selects(selector, labels));
          const [port = 0] = portsOf(server);
          const namespaces = server === 'nats' ? natsNamespaces(rendering) : [];
          return !flows.some(({ egress = [] }) =>
            egress.some((flow) => leadsTo(flow, namespaces) && letsPort(flow, undefined, port)),
          );
        })
        .map(({ title }) => `${title}: may not reach ${server} outside`),
    ),
};

const known: Rule = {
  name: 'policy-has-pods',
  says: 'Every NetworkPolicy is about pods that are there, lets through ports that they have, and names only what exists.',
  check: (rendering) =>
    policiesOf(rendering).flatMap(({ manifest, selector, egress = [], ingress = [] }) => {
      const title = nameOf(manifest);
      const pods = selected(rendering, selector);
      const names = [...egress, ...ingress]
        .flatMap(({ peers = [] }) => peers)
        .flatMap(({ namespaceSelector, podSelector }) =>
          namespaceSelector === undefined ? [(podSelector as Selector | undefined)?.matchLabels?.[NAME]] : [],
        )
        .filter((name) => name !== undefined);
      const strange = names.filter((name) => !(name in HELPERS) && !topology.some((service) => service.name === name));
      const ports = ingress
        .flatMap((flow) => flow.ports ?? [])
        .flatMap(({ port }) => port ?? [])
        .filter((port) => port !== EXPORTER_PORT);
      return [
        ...when(pods.length === 0, `${title}: selects nothing`),
        ...strange.map((name) => `${title}: there is no ${name}`),
        ...ports
          .filter((port) => !pods.some((pod) => portOf(pod, port) !== undefined))
          .map((port) => `${title}: none of its pods has port ${port}`),
      ];
    }),
};

/** Everybody, or so many that it comes to the same: the orchestrator's models alone are anywhere. */
function isWide({ ipBlock, namespaceSelector, podSelector }: INetworkPolicyPeer): boolean {
  if (ipBlock !== undefined) return Number(ipBlock.cidr.split('/')[1] ?? 32) < 8;
  return namespaceSelector !== undefined && takesAll(namespaceSelector) && takesAll(podSelector ?? {});
}

/** What a flow opens to everybody: no peers at all mean everybody too. */
const toEverybody = ({ peers = [] }: Flow): boolean => peers.length === 0 || peers.some(isWide);

const doors: Rule = {
  name: 'nobody-is-open-to-everybody',
  says: 'A way in, and a way to other namespaces, names who it is for.',
  check: (rendering) =>
    policiesOf(rendering).flatMap(({ manifest, egress = [], ingress = [] }) => {
      const title = nameOf(manifest);
      const peers = [...egress, ...ingress].flatMap((flow) => flow.peers ?? []);
      return [
        ...ingress.filter(toEverybody).map(() => `${title}: lets everybody in`),
        ...peers
          .filter(({ namespaceSelector }) => namespaceSelector !== undefined && takesAll(namespaceSelector))
          .map(() => `${title}: names a namespace by no label`),
      ];
    }),
};

/** Whether it has a key to S3: then it must get there, whatever else it may not. */
const keepsFilesOutside = ({ pod }: Workload): boolean =>
  pod.containers.some(({ env = [] }) => env.some(({ name }) => name.startsWith('FILES_S3_')));

const filesOutside: Rule = {
  name: 'files-outside-are-reachable',
  says: 'Where everything is denied, whoever keeps files in S3 is let out to port 443.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter((one) => closed(rendering) && keepsFilesOutside(one))
      .filter(({ labels }) => {
        const flows = policiesOf(rendering)
          .filter(({ selector }) => selects(selector, labels))
          .flatMap(({ egress = [] }) => egress);
        return !flows.some((flow) => outside(flow) && letsPort(flow, undefined, 443));
      })
      .map(({ title }) => `${title}: may not reach S3`),
};

const world: Rule = {
  name: 'only-models-leave',
  says: 'Only the orchestrator, and who keeps files outside, reach the public network, by 443, and not the private ones by that way.',
  check: (rendering) =>
    policiesOf(rendering).flatMap(({ manifest, selector, egress = [] }) =>
      egress.filter(toEverybody).flatMap(({ peers, ports = [] }) => {
        const title = nameOf(manifest);
        const who = selected(rendering, selector)
          .filter((one) => !keepsFilesOutside(one))
          .map(({ name }) => name);
        const except = (peers ?? []).flatMap(({ ipBlock }) => ipBlock?.except ?? []);
        return [
          ...who.filter((name) => name !== 'orchestrator').map((name) => `${title}: ${name} reaches everything`),
          ...unless(ports.length > 0 && ports.every(({ port }) => port === 443), `${title}: by more than 443`),
          ...PRIVATE.filter((block) => !except.includes(block)).map((block) => `${title}: reaches ${block}`),
        ];
      }),
    ),
};

const names: Rule = {
  name: 'names-can-be-looked-up',
  says: 'Whoever may not go anywhere may still ask the DNS, by UDP and TCP.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) => {
      const mine = policiesOf(rendering).filter(
        ({ selector, egress }) => egress !== undefined && selects(selector, one.labels),
      );
      const asked = mine
        .flatMap(({ egress = [] }) => egress)
        .flatMap(({ ports = [] }) => ports)
        .filter(({ port }) => port === 53)
        .map(({ protocol = 'TCP' }) => protocol);
      return mine.length === 0 || (asked.includes('UDP') && asked.includes('TCP'))
        ? []
        : [`${one.title}: cannot look up names`];
    }),
};

const watchers: Rule = {
  name: 'watchers-come-in',
  says: "Where policies are, KEDA reaches NATS's monitoring port, and Prometheus every port that a monitor names.",
  check: (rendering) => {
    const lets = (pod: Workload, port: number): boolean => {
      const mine = policiesOf(rendering).filter(
        ({ selector, ingress }) => ingress !== undefined && selects(selector, pod.labels),
      );
      const flows = mine.flatMap(({ ingress = [] }) => ingress);
      return mine.length === 0 || flows.some((flow) => outside(flow) && letsPort(flow, pod, port));
    };
    const asked = ofKind(rendering, 'ScaledObject').some(({ spec }) =>
      (spec.triggers ?? []).some(({ type }) => type === 'nats-jetstream'),
    );
    const nats = workloadsOf(rendering).filter(({ name }) => asked && name === 'nats');
    return [
      ...nats.filter((pod) => !lets(pod, 8222)).map(({ title }) => `${title}: KEDA cannot ask port 8222`),
      ...ofKind(rendering, 'PodMonitor').flatMap((monitor) =>
        selected(rendering, monitor.spec.selector).flatMap((pod) =>
          askedPorts(monitor, pod)
            .filter((port) => !lets(pod, port))
            .map((port) => `${pod.title}: Prometheus cannot ask port ${port}`),
        ),
      ),
    ];
  },
};

/** The rules about the network. */
export const networkRules: readonly Rule[] = [
  arrows,
  nothingMore,
  serversOutside,
  filesOutside,
  known,
  doors,
  world,
  names,
  watchers,
];
