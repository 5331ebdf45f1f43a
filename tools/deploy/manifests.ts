/**
 * What a rendered set of manifests is to the rules: plain objects, read through the official types. A type is a promise of
 * the API, not of the file: fields that are wrong there are found by the type check, and rules must survive them.
 */
import type { IHTTPRoute } from '@kubernetes-models/gateway-api/gateway.networking.k8s.io/v1/HTTPRoute';
import type { IScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import type { IServiceMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IStatefulSet } from 'kubernetes-models/apps/v1/StatefulSet';
import type { IHorizontalPodAutoscaler } from 'kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler';
import type { IJob } from 'kubernetes-models/batch/v1/Job';
import type { IIngress } from 'kubernetes-models/networking.k8s.io/v1/Ingress';
import type { INetworkPolicy } from 'kubernetes-models/networking.k8s.io/v1/NetworkPolicy';
import type { IPodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import type { IContainer } from 'kubernetes-models/v1/Container';
import type { IContainerPort } from 'kubernetes-models/v1/ContainerPort';
import type { INamespace } from 'kubernetes-models/v1/Namespace';
import type { IPodSpec } from 'kubernetes-models/v1/PodSpec';
import type { IPodTemplateSpec } from 'kubernetes-models/v1/PodTemplateSpec';
import type { ISecret } from 'kubernetes-models/v1/Secret';
import type { IService } from 'kubernetes-models/v1/Service';
import type { IServiceAccount } from 'kubernetes-models/v1/ServiceAccount';

export type { IContainer as Container, IContainerPort as ContainerPort, IPodSpec as PodSpec };

/** Names and values. */
export type Labels = Readonly<Record<string, string>>;

/** What every object has. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Labels;
    readonly annotations?: Labels;
  };
}

/** The kinds that rules look into. */
interface Kinds {
  readonly ConfigMap: IConfigMap;
  readonly Deployment: IDeployment;
  readonly HorizontalPodAutoscaler: IHorizontalPodAutoscaler;
  readonly HTTPRoute: IHTTPRoute;
  readonly Ingress: IIngress;
  readonly Job: IJob;
  readonly Namespace: INamespace;
  readonly NetworkPolicy: INetworkPolicy;
  readonly PodDisruptionBudget: IPodDisruptionBudget;
  readonly PodMonitor: IPodMonitor;
  readonly ScaledObject: IScaledObject;
  readonly Secret: ISecret;
  readonly Service: IService;
  readonly ServiceAccount: IServiceAccount;
  readonly ServiceMonitor: IServiceMonitor;
  readonly StatefulSet: IStatefulSet;
}

/** A set of manifests as it would be applied: an overlay or a combination of components. */
export interface Rendering {
  /** Its folder, e.g. `k8s/overlays/local`. */
  readonly name: string;
  readonly objects: readonly Manifest[];
}

/** All objects of a kind. */
export function ofKind<Kind extends keyof Kinds>(
  { objects }: Rendering,
  kind: Kind,
): readonly (Kinds[Kind] & Manifest)[] {
  return objects.filter((object): object is Kinds[Kind] & Manifest => object.kind === kind);
}

/** `Kind/name`, for people. */
export const nameOf = ({ kind, metadata }: Manifest): string => `${kind}/${metadata.name}`;

/** Anything that makes pods. */
export interface Workload {
  readonly manifest: Manifest;
  /** `Kind/name`. */
  readonly title: string;
  readonly name: string;
  readonly kind: 'Deployment' | 'StatefulSet' | 'Job';
  /** Labels of its pods. */
  readonly labels: Labels;
  readonly selector: Selector | undefined;
  readonly pod: IPodSpec;
  /** Of `spec.replicas`; undefined when it is left to a scaler, or to the default. */
  readonly replicas: number | undefined;
  /** Names of the volumes that a StatefulSet claims for each pod. */
  readonly claims: readonly string[];
}

/** A label selector. */
export interface Selector {
  readonly matchLabels?: Labels;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

function workload(
  kind: Workload['kind'],
  manifest: Manifest,
  spec: { template?: IPodTemplateSpec; selector?: unknown; replicas?: number } | undefined,
): Workload {
  const { template } = spec ?? {};
  return {
    manifest,
    kind,
    title: nameOf(manifest),
    name: manifest.metadata.name,
    labels: template?.metadata?.labels ?? {},
    selector: spec?.selector as Selector | undefined,
    pod: template?.spec ?? { containers: [] },
    replicas: spec?.replicas,
    claims: [],
  };
}

/** Everything that makes pods. */
export function workloadsOf(rendering: Rendering): readonly Workload[] {
  return [
    ...ofKind(rendering, 'Deployment').map((one) => workload('Deployment', one, one.spec)),
    ...ofKind(rendering, 'StatefulSet').map((one) => ({
      ...workload('StatefulSet', one, one.spec),
      claims: (one.spec?.volumeClaimTemplates ?? []).map(({ metadata }) => metadata?.name ?? ''),
    })),
    ...ofKind(rendering, 'Job').map((one) => workload('Job', one, one.spec)),
  ];
}

/** Init containers too. */
export const containersOf = ({ pod }: Workload): readonly IContainer[] => [
  ...(pod.containers ?? []),
  ...(pod.initContainers ?? []),
];

/** The container that is named like the workload, else the first. */
export const mainContainer = ({ name, pod }: Workload): IContainer | undefined =>
  (pod.containers ?? []).find((one) => one.name === name) ?? pod.containers?.[0];

function fits(labels: Labels, expression: NonNullable<Selector['matchExpressions']>[number]): boolean {
  const value = labels[expression.key];
  switch (expression.operator) {
    case 'In':
      return value !== undefined && (expression.values ?? []).includes(value);
    case 'NotIn':
      return value === undefined || !(expression.values ?? []).includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined;
  }
}

/** Whether a selector takes what has these labels. An empty one takes everything. */
export function selects(selector: Selector | undefined, labels: Labels): boolean {
  const { matchLabels = {}, matchExpressions = [] } = selector ?? {};
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((one) => fits(labels, one))
  );
}

/** The workloads whose pods a selector takes. */
export const selected = (rendering: Rendering, selector: Selector | undefined): readonly Workload[] =>
  workloadsOf(rendering).filter(({ labels }) => selects(selector, labels));

/** The port that a number or a name means in a pod, undefined when it has none such. */
export function portOf(pod: Workload, port: number | string | undefined): number | undefined {
  const ports = (pod.pod.containers ?? []).flatMap((one) => one.ports ?? []);
  const found = ports.find((one) => one.name === port || one.containerPort === port);
  return found?.containerPort;
}

const dataOf = (rendering: Rendering, name: string | undefined): Labels =>
  ofKind(rendering, 'ConfigMap').find(({ metadata }) => metadata.name === name)?.data ?? {};

/** What a container's environment holds: literals and what ConfigMaps give; empty what only the cluster knows. */
export function environmentOf(rendering: Rendering, container: IContainer): ReadonlyMap<string, string> {
  const { envFrom = [], env = [] } = container;
  const whole = envFrom.flatMap(({ configMapRef, prefix = '' }) =>
    Object.entries(dataOf(rendering, configMapRef?.name)).map(([key, value]) => [`${prefix}${key}`, value] as const),
  );
  const single = env.map(({ name, value, valueFrom }) => {
    const from = valueFrom?.configMapKeyRef;
    const found = from && dataOf(rendering, from.name)[from.key];
    return [name, value ?? found ?? ''] as const;
  });
  return new Map([...whole, ...single]);
}

/** Whether an image is one of ours, from whatever registry. */
export const ourImage = (image: string | undefined): boolean => /(^|\/)colloquy\//.test(image ?? '');
