/**
 * KEDA itself: the project's ScaledObjects ask a NATS of this test, which has the project's own streams and consumers;
 * as many tickets as runs are wanted are put there, and the number of orchestrators is compared with the formula.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connectMessaging, provisionMessaging, type Messaging } from '@colloquy/messaging';
import { systemClock, systemIds } from '@colloquy/service';
import { ofKind, type Manifest, type Rendering } from '../../tools/deploy/manifests.ts';
import { startNats, type StartedNats } from '../../tools/servers/index.ts';
import type { Checklist } from '../images/checklist.ts';
import type { Cluster } from './cluster.ts';
import { drainTickets, publishTickets } from './tickets.ts';

/** HPA leaves a number alone that is within 10 % of what is wanted: none of these is. */
const WANTED = [160, 500, 4000];
/** HPA looks every 15 s and doubles at most: 2, 4, 8 … 50. */
const SCALED_MS = 240_000;

interface Scaling {
  readonly cluster: Cluster;
  readonly list: Checklist;
  /** The rendering that has the ScaledObjects, in its namespace. */
  readonly objects: readonly Manifest[];
  readonly namespace: string;
  /** Where KEDA reaches this machine. */
  readonly natsHost: string;
}

interface Bounds {
  readonly least: number;
  readonly most: number;
  readonly threshold: number;
}

/** How many orchestrators there must be: one for every `threshold` runs wanted, within the bounds. */
export const replicasFor = (lag: number, { least, most, threshold }: Bounds): number =>
  Math.min(most, Math.max(least, Math.ceil(lag / threshold)));

/**
 * The ScaledObjects with NATS where it is here, and without the five minutes that they wait before they scale in: the
 * numbers stay what they are.
 */
export function pointedAt(objects: readonly Manifest[], endpoint: string): readonly Manifest[] {
  return ofKind({ name: '', objects }, 'ScaledObject').map((one) => ({
    ...one,
    spec: {
      ...one.spec,
      pollingInterval: 5,
      triggers: one.spec.triggers
        .filter(({ type }) => type === 'nats-jetstream')
        .map((trigger) => ({ ...trigger, metadata: { ...trigger.metadata, natsServerMonitoringEndpoint: endpoint } })),
      advanced: {
        horizontalPodAutoscalerConfig: {
          behavior: {
            ...one.spec.advanced?.horizontalPodAutoscalerConfig?.behavior,
            scaleDown: {
              stabilizationWindowSeconds: 0,
              policies: [{ type: 'Percent' as const, value: 100, periodSeconds: 15 }],
            },
          },
        },
      },
    },
  }));
}

function boundsOf(rendering: Rendering): Bounds {
  const spec = ofKind(rendering, 'ScaledObject').find(({ metadata }) => metadata.name === 'orchestrator')?.spec;
  const threshold = Number(spec?.triggers[0]?.metadata['lagThreshold']);
  if (spec?.minReplicaCount === undefined || spec.maxReplicaCount === undefined || !(threshold > 0))
    throw new Error('ScaledObject/orchestrator does not say from how many to how many');
  return { least: spec.minReplicaCount, most: spec.maxReplicaCount, threshold };
}

/** KEDA's checks; skipped by name where it does not run. */
export async function checkKeda(scaling: Scaling): Promise<void> {
  const { cluster, list } = scaling;
  const external = await cluster.kubectl(['get', 'apiservices', '-o', 'name']);
  if (!external.includes('external.metrics.k8s.io')) {
    list.note('SKIPPED: KEDA does not run in this cluster (nobody serves external.metrics.k8s.io)');
    return;
  }
  const folder = await mkdtemp(join(tmpdir(), 'test-k8s-nats-'));
  const nats = await startNats({ dataDir: folder });
  try {
    await provisionMessaging({ url: nats.url });
    const messaging = await connectMessaging({ url: nats.url, name: 'test-k8s', clock: systemClock, ids: systemIds });
    try {
      await scale(scaling, nats, messaging);
    } finally {
      await messaging.drain();
    }
  } finally {
    await nats.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function scale(scaling: Scaling, nats: StartedNats, messaging: Messaging): Promise<void> {
  const { cluster, list, objects, namespace, natsHost } = scaling;
  const bounds = boundsOf({ name: 'keda', objects });
  list.note(
    'ScaledObjects: NATS is at this machine, scaling in waits for nothing; streams, consumers and numbers are the project’s. ' +
      'Each orchestrator asks for 10m of CPU and 32Mi, so that all of them fit onto few nodes',
  );
  const little = ['--requests=cpu=10m,memory=32Mi'];
  await cluster.kubectl(['set', 'resources', 'deployment/orchestrator', '-n', namespace, ...little]);
  await cluster.apply(pointedAt(objects, `${natsHost}:${new URL(nats.monitorUrl).port}`));
  const ready = await list.check('KEDA asks NATS for the lag of orchestrator and persistence', async () => {
    await cluster.until('ScaledObjects', () => unready(scaling), SCALED_MS);
    return undefined;
  });
  if (!ready) return;
  let there = 0;
  for (const wanted of [0, ...WANTED]) {
    await publishTickets(messaging, wanted - there, `${namespace}-${wanted}`);
    there = wanted;
    await reach(scaling, wanted, bounds);
  }
  await list.check('every ticket is pulled and acknowledged', async () => `${await drainTickets(messaging)} tickets`);
  await reach(scaling, 0, bounds);
}

interface Status {
  readonly metadata: { readonly name: string };
  readonly status?: {
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

async function unready({ cluster, namespace }: Scaling): Promise<string | undefined> {
  const { items } = await cluster.get<{ items: readonly Status[] }>(['scaledobjects', '-n', namespace]);
  const bad = items.filter(
    ({ status }) => !(status?.conditions ?? []).some(({ type, status: is }) => type === 'Ready' && is === 'True'),
  );
  if (items.length === 0) return 'there are none';
  return bad.length === 0
    ? undefined
    : bad.map(({ metadata, status }) => `${metadata.name}: ${JSON.stringify(status?.conditions ?? [])}`).join('\n');
}

interface Deployment {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly availableReplicas?: number };
}

async function reach({ cluster, list, namespace }: Scaling, lag: number, bounds: Bounds): Promise<void> {
  const wanted = replicasFor(lag, bounds);
  const formula = `ceil(${lag} / ${bounds.threshold}) = ${Math.ceil(lag / bounds.threshold)}, from ${bounds.least} to ${bounds.most}`;
  await list.check(`${lag} runs wanted: ${wanted} orchestrators`, async () => {
    let seen = '';
    await cluster.until(
      `${wanted} orchestrators`,
      async () => {
        const { spec, status } = await cluster.get<Deployment>(['deployment', 'orchestrator', '-n', namespace]);
        seen = `${spec.replicas ?? 0} (${status?.availableReplicas ?? 0} available)`;
        return spec.replicas === wanted && status?.availableReplicas === wanted
          ? undefined
          : `there are ${seen}; ${formula}`;
      },
      SCALED_MS,
    );
    return `${formula}; there are ${seen}`;
  });
}
