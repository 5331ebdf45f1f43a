/** What pods ask for, and how they are looked after and stopped. */
import {
  containersOf,
  environmentOf,
  mainContainer,
  ofKind,
  ourImage,
  portOf,
  selects,
  workloadsOf,
  type Rendering,
  type Workload,
} from '../manifests.ts';
import { quantity } from '../quantity.ts';
import { unless, when, type Rule } from './rule.ts';

const MEBI = 1024 ** 2;
/** Between the end of a drain and SIGKILL, in seconds: late steps of a drain get half a second each. */
const SPARE_S = 5;

const requested: Rule = {
  name: 'resources-are-said',
  says: 'Every container requests CPU and memory and has a memory limit; only servers have a CPU limit.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) =>
      containersOf(one).flatMap(({ name, image = '', resources = {} }) => {
        const said: readonly (readonly [string, number | string | undefined])[] = [
          ['requests.cpu', resources.requests?.['cpu']],
          ['requests.memory', resources.requests?.['memory']],
          ['limits.memory', resources.limits?.['memory']],
        ];
        const throttled = ourImage(image) && resources.limits?.['cpu'] !== undefined;
        return [
          ...said
            .filter(([, value]) => quantity(value) === undefined)
            .map(
              ([field, value]) => `${one.title}: ${name} has ${value === undefined ? 'no' : `${value} as`} ${field}`,
            ),
          ...when(throttled, `${one.title}: ${name} is throttled by a CPU limit`),
        ];
      }),
    ),
};

const bytesOf = (list: Readonly<Record<string, number | string>> | undefined): number =>
  quantity(list?.['memory']) ?? NaN;

/** What is wrong with the heap of a container of `limit` bytes. */
function heapFaults(options: string | undefined, limit: number): readonly string[] {
  const heap = /--max-old-space-size=(\d+)/.exec(options ?? '')?.[1];
  if (heap === undefined) return ['does not bound its heap'];
  const share = (Number(heap) * MEBI) / limit;
  return unless(share >= 0.6 && share <= 0.8, `has a heap of ${Math.round(share * 100)} % of its memory`);
}

function goFaults(bound: string | undefined, limit: number): readonly string[] {
  const bytes = quantity(bound?.replace(/B$/, '')) ?? Infinity;
  return when(bound !== undefined && bytes > 0.9 * limit, `has a GOMEMLIMIT of ${bound ?? ''}, too near to its limit`);
}

const memory: Rule = {
  name: 'memory-adds-up',
  says: 'A memory limit is 1 to 1.5 times the request; the heap of Node is 60 to 80 % of the limit, GOMEMLIMIT at most 90 %.',
  check: (rendering) =>
    workloadsOf(rendering).flatMap((one) =>
      containersOf(one).flatMap((container) => {
        const limit = bytesOf(container.resources?.limits);
        const ratio = limit / bytesOf(container.resources?.requests);
        const env = environmentOf(rendering, container);
        const node = one.kind !== 'Job' && ourImage(container.image);
        const faults = [
          ...when(ratio < 1 || ratio > 1.5, `has ${ratio.toFixed(2)} times its request as limit`),
          ...(node || env.has('NODE_OPTIONS') ? heapFaults(env.get('NODE_OPTIONS'), limit) : []),
          ...goFaults(env.get('GOMEMLIMIT'), limit),
        ];
        return faults.map((what) => `${one.title}: ${container.name} ${what}`);
      }),
    ),
};

const probes: Rule = {
  name: 'probes-reach-ports',
  says: 'Whatever runs for ever has startup, liveness and readiness probes at ports that it has; liveness never asks for readiness.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter(({ kind }) => kind !== 'Job')
      .flatMap((one) => {
        const container = mainContainer(one);
        const all = {
          startup: container?.startupProbe,
          liveness: container?.livenessProbe,
          readiness: container?.readinessProbe,
        };
        return Object.entries(all).flatMap(([name, probe]) => {
          if (probe === undefined) return [`${one.title}: no ${name} probe`];
          const port = probe.httpGet?.port ?? probe.tcpSocket?.port;
          const missing = port !== undefined && portOf(one, port) === undefined;
          return [
            ...when(missing, `${one.title}: the ${name} probe asks port ${port}`),
            ...when(
              name === 'liveness' && probe.httpGet?.path === '/readyz',
              `${one.title}: a dead database would restart it`,
            ),
          ];
        });
      }),
};

const grace: Rule = {
  name: 'grace-is-enough',
  says: 'terminationGracePeriodSeconds is more than preStop, DRAIN_MS and 5 s together.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter(({ kind }) => kind !== 'Job')
      .flatMap((one) => {
        const container = mainContainer(one);
        const preStop = container?.lifecycle?.preStop?.sleep?.seconds ?? 0;
        const drain = Number((container && environmentOf(rendering, container).get('DRAIN_MS')) ?? 0) / 1000;
        const has = one.pod.terminationGracePeriodSeconds ?? 30;
        if (has > preStop + drain + SPARE_S) return [];
        return [`${one.title}: grace ${has} s, but preStop ${preStop} s and drain ${drain} s`];
      }),
};

const serves = (rendering: Rendering, { labels }: Workload): boolean =>
  ofKind(rendering, 'Service').some(
    ({ spec }) => spec?.selector !== undefined && selects({ matchLabels: spec.selector }, labels),
  );

const hear: Rule = {
  name: 'leaves-before-it-stops',
  says: 'What a Service of ours leads to waits in preStop until that is known; what none leads to does not.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter((one) => one.kind === 'Deployment' && ourImage(mainContainer(one)?.image))
      .flatMap((one) => {
        const waits = (mainContainer(one)?.lifecycle?.preStop?.sleep?.seconds ?? 0) >= 5;
        const wrong = waits ? 'waits, though no Service leads to it' : 'stops while requests still come';
        return unless(serves(rendering, one) === waits, `${one.title}: ${wrong}`);
      }),
};

const rolls: Rule = {
  name: 'rolls-without-a-gap',
  says: 'Services of ours are replaced one after the other, none missing meanwhile.',
  check: (rendering) =>
    ofKind(rendering, 'Deployment')
      .filter(({ spec }) => ourImage(spec?.template?.spec?.containers?.[0]?.image))
      .filter(({ spec }) => spec?.strategy?.type === 'Recreate' || spec?.strategy?.rollingUpdate?.maxUnavailable !== 0)
      .map(({ metadata }) => `Deployment/${metadata.name}: maxUnavailable is not 0`),
};

const budgets: Rule = {
  name: 'many-have-a-budget',
  says: 'What runs at least twice has a PodDisruptionBudget.',
  check: (rendering) =>
    workloadsOf(rendering)
      .filter((one) => one.kind !== 'Job' && leastOf(rendering, one) >= 2)
      .filter(
        ({ labels }) => !ofKind(rendering, 'PodDisruptionBudget').some(({ spec }) => selects(spec?.selector, labels)),
      )
      .map(({ title }) => `${title}: no PodDisruptionBudget`),
};

/** How many there are at least. */
function leastOf(rendering: Rendering, { name, replicas }: Workload): number {
  const scaled = ofKind(rendering, 'ScaledObject').find(({ spec }) => spec.scaleTargetRef.name === name);
  const hpa = ofKind(rendering, 'HorizontalPodAutoscaler').find(({ spec }) => spec?.scaleTargetRef.name === name);
  return replicas ?? scaled?.spec.minReplicaCount ?? hpa?.spec?.minReplicas ?? 1;
}

/** The rules about resources, probes and stopping. */
export const resourceRules: readonly Rule[] = [requested, memory, probes, grace, hear, rolls, budgets];
