/** Scaling: by HPA or by KEDA, and KEDA's way of asking NATS. */
import { DURABLES, STREAMS } from '@colloquy/contracts';
import { DURABLE_PLANS } from '@colloquy/messaging';
import {
  environmentOf,
  mainContainer,
  nameOf,
  ofKind,
  workloadsOf,
  type Manifest,
  type Rendering,
  type Workload,
} from '../manifests.ts';
import { unless, when, type Rule } from './rule.ts';

/** NATS's monitoring port. */
const MONITOR_PORT = 8222;

/** Which consumer's lag scales which service: what waits there is what it works off. */
const QUEUES: Readonly<Record<string, { readonly stream: string; readonly consumer: string }>> = {
  orchestrator: { stream: STREAMS.commands, consumer: DURABLES.runs },
  persistence: { stream: STREAMS.chats, consumer: DURABLES.persistence },
};

interface Scaler {
  readonly manifest: Manifest;
  readonly target: string;
  readonly least: number;
  readonly most: number;
}

function scalersOf(rendering: Rendering): readonly Scaler[] {
  return [
    ...ofKind(rendering, 'HorizontalPodAutoscaler').map((one) => ({
      manifest: one,
      target: `${one.spec?.scaleTargetRef.kind ?? ''}/${one.spec?.scaleTargetRef.name ?? ''}`,
      least: one.spec?.minReplicas ?? 1,
      most: one.spec?.maxReplicas ?? 0,
    })),
    ...ofKind(rendering, 'ScaledObject').map((one) => ({
      manifest: one,
      target: `${one.spec.scaleTargetRef.kind ?? 'Deployment'}/${one.spec.scaleTargetRef.name}`,
      least: one.spec.minReplicaCount ?? 0,
      most: one.spec.maxReplicaCount ?? 100,
    })),
  ];
}

const targets: Rule = {
  name: 'scaler-has-target',
  says: 'Every scaler has a workload that is there, and bounds: at least 1, at most more.',
  check: (rendering) =>
    scalersOf(rendering).flatMap(({ manifest, target, least, most }) => [
      ...unless(
        workloadsOf(rendering).some(({ title }) => title === target),
        `${nameOf(manifest)}: there is no ${target}`,
      ),
      ...unless(least >= 1 && most > least, `${nameOf(manifest)}: from ${least} to ${most}`),
    ]),
};

const one: Rule = {
  name: 'one-scaler',
  says: 'A workload has at most one scaler, and with it no replicas of its own: each apply would reset them.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap(({ title, replicas }) => {
      const scalers = scalersOf(rendering).filter(({ target }) => target === title);
      return [
        ...when(scalers.length > 1, `${title}: ${scalers.map(({ manifest }) => nameOf(manifest)).join(' and ')}`),
        ...when(scalers.length > 0 && replicas !== undefined, `${title}: has replicas besides its scaler`),
      ];
    }),
};

interface Trigger {
  readonly of: Manifest;
  readonly target: string;
  readonly type: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly most: number;
}

const triggersOf = (rendering: Rendering): readonly Trigger[] =>
  ofKind(rendering, 'ScaledObject').flatMap((of) =>
    (of.spec.triggers ?? []).map(({ type, metadata }) => ({
      of,
      type,
      metadata,
      target: of.spec.scaleTargetRef.name,
      most: of.spec.maxReplicaCount ?? 100,
    })),
  );

const natsTriggers = (rendering: Rendering): readonly Trigger[] =>
  triggersOf(rendering).filter(({ type }) => type === 'nats-jetstream');

const strings: Rule = {
  name: 'keda-values-are-text',
  says: 'The metadata of a KEDA trigger are all strings: a bare 8 is refused by the API server.',
  check: (rendering) =>
    triggersOf(rendering).flatMap(({ of, metadata }) =>
      Object.entries(metadata)
        .filter(([, value]) => typeof value !== 'string')
        .map(([key]) => `${nameOf(of)}: ${key} is no string`),
    ),
};

const names: Rule = {
  name: 'keda-reads-our-consumers',
  says: "The stream and consumer of a trigger are those that the service works off, by the contracts' names.",
  check: (rendering) =>
    natsTriggers(rendering).flatMap(({ of, target, metadata }) => {
      const queue = QUEUES[target];
      if (queue === undefined) return [`${nameOf(of)}: ${target} has no queue`];
      return [
        ...unless(
          metadata['stream'] === queue.stream,
          `${nameOf(of)}: the stream of ${target} is ${queue.stream}, not ${String(metadata['stream'])}`,
        ),
        ...unless(
          metadata['consumer'] === queue.consumer,
          `${nameOf(of)}: the consumer of ${target} is ${queue.consumer}, not ${String(metadata['consumer'])}`,
        ),
        ...unless(
          metadata['account'] === '$G' || metadata['accountID'] !== undefined,
          `${nameOf(of)}: names no account`,
        ),
      ];
    }),
};

/** The address that KEDA asks: Service, namespace, port. */
export const ENDPOINT = /^([a-z0-9-]+)\.([a-z0-9-]+)\.svc(?:\.cluster\.local)?:(\d+)$/;

/** What is wrong with the Service that KEDA asks, where NATS is in the rendering. */
function serviceFaults(rendering: Rendering, name: string): readonly string[] {
  const found = ofKind(rendering, 'Service').find(({ metadata }) => metadata.name === name);
  if (found === undefined) return [`there is no Service ${name}`];
  const { clusterIP, ports = [] } = found.spec ?? {};
  return [
    ...unless(clusterIP === 'None', `Service/${name} is not headless`),
    ...unless(
      ports.some(({ port }) => port === MONITOR_PORT),
      `Service/${name} has no port ${MONITOR_PORT}`,
    ),
  ];
}

const endpoint: Rule = {
  name: 'keda-asks-the-headless-service',
  says: 'The endpoint is the full name of the headless Service of NATS, with port 8222: KEDA goes to each node by its name.',
  check: (rendering) =>
    natsTriggers(rendering).flatMap(({ of, metadata }) => {
      const text = String(metadata['natsServerMonitoringEndpoint']);
      const [, service, namespace = '', port = ''] = ENDPOINT.exec(text) ?? [];
      const title = nameOf(of);
      if (service === undefined) return [`${title}: ${text} is not <service>.<namespace>.svc.cluster.local:<port>`];
      const brought = ofKind(rendering, 'StatefulSet').some(({ metadata: { name } }) => name === 'nats');
      const here = (of.metadata.namespace ?? namespace) === namespace;
      return [
        ...unless(port === String(MONITOR_PORT), `${title}: port ${port} is not ${MONITOR_PORT}`),
        ...when(brought && !here, `${title}: NATS is not in ${namespace}`),
        ...(brought ? serviceFaults(rendering, service).map((what) => `${title}: ${what}`) : []),
      ];
    }),
};

const runsOf = (rendering: Rendering, one: Workload | undefined): number | undefined => {
  const container = one && mainContainer(one);
  const text = container && environmentOf(rendering, container).get('MAX_RUNS');
  return text === undefined ? undefined : Number(text);
};

const lag: Rule = {
  name: 'keda-lag-is-max-runs',
  says: 'One orchestrator more for every MAX_RUNS runs wanted, and the consumer lets that many be under way.',
  check: (rendering) =>
    natsTriggers(rendering).flatMap(({ of, target, metadata, most }) => {
      const title = nameOf(of);
      const threshold = Number(metadata['lagThreshold']);
      if (!Number.isInteger(threshold) || threshold < 1)
        return [`${title}: lagThreshold ${String(metadata['lagThreshold'])}`];
      const plan = DURABLE_PLANS.find(({ durable }) => durable === metadata['consumer']);
      const allowed = plan?.maxAckPending ?? 0;
      const wanted = most * threshold;
      const runs =
        target === 'orchestrator'
          ? runsOf(
              rendering,
              workloadsOf(rendering).find(({ name }) => name === target),
            )
          : threshold;
      return [
        ...unless(runs === threshold, `${title}: lagThreshold is ${threshold}, MAX_RUNS is ${runs ?? 'not set'}`),
        ...unless(
          allowed === -1 || allowed >= wanted,
          `${title}: ${most} replicas need ${wanted} acks outstanding, ${allowed} are allowed`,
        ),
      ];
    }),
};

/** Triggers that KEDA asks somebody about, who may be away. */
const ASKED: ReadonlySet<string> = new Set(['nats-jetstream', 'prometheus']);

const safe: Rule = {
  name: 'keda-fails-safe',
  says: 'While NATS or Prometheus cannot be asked, or has no answer, there are at least 2; scaling in is slow.',
  check: (rendering) =>
    ofKind(rendering, 'ScaledObject')
      .filter(({ spec }) => (spec.triggers ?? []).some(({ type }) => ASKED.has(type)))
      .flatMap((of) => {
        const { fallback, advanced, triggers } = of.spec;
        const deaf = triggers.filter(
          ({ type, metadata }) => type === 'prometheus' && String(metadata['ignoreNullValues']) !== 'false',
        );
        const window = advanced?.horizontalPodAutoscalerConfig?.behavior?.scaleDown?.stabilizationWindowSeconds ?? 300;
        return [
          ...unless(fallback !== undefined && fallback.replicas >= 2, `${nameOf(of)}: no fallback of at least 2`),
          ...unless(
            fallback?.behavior === 'currentReplicasIfHigher',
            `${nameOf(of)}: its fallback takes away what there is`,
          ),
          ...deaf.map(() => `${nameOf(of)}: takes no answer of Prometheus for 0`),
          ...unless(window >= 300, `${nameOf(of)}: scales in after ${window} s`),
        ];
      }),
};

/** The rules about scaling. */
export const scalingRules: readonly Rule[] = [targets, one, strings, names, endpoint, lag, safe];
