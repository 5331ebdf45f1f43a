import { describe, expect, it } from '@jest/globals';
import { DURABLES, STREAMS } from '@colloquy/contracts';
import type { Manifest } from '../../tools/deploy/manifests.ts';
import { pointedAt, replicasFor } from './keda-scaling.ts';
import { inNamespace, volumesFor } from './place.ts';

const scaled = {
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'orchestrator', namespace: 'colloquy' },
  spec: {
    scaleTargetRef: { name: 'orchestrator' },
    minReplicaCount: 2,
    triggers: [
      { type: 'cpu', metadata: { value: '70' } },
      {
        type: 'nats-jetstream',
        metadata: { stream: STREAMS.commands, consumer: DURABLES.runs, natsServerMonitoringEndpoint: 'elsewhere:8222' },
      },
    ],
  },
} satisfies Manifest & { spec: unknown };

describe('the test of scaling', () => {
  it('expects one orchestrator for every MAX_RUNS runs wanted, within the bounds', () => {
    const bounds = { least: 2, most: 50, threshold: 64 };
    expect([0, 64, 160, 500, 4000].map((lag) => replicasFor(lag, bounds))).toEqual([2, 2, 3, 8, 50]);
  });

  it('changes where NATS is and how soon it scales in, and nothing else that counts', () => {
    const [changed] = pointedAt([scaled], '127.0.0.1:1') as unknown as readonly (typeof scaled)[];
    expect(changed?.spec.triggers).toEqual([
      {
        type: 'nats-jetstream',
        metadata: { stream: 'COMMANDS', consumer: 'runs', natsServerMonitoringEndpoint: '127.0.0.1:1' },
      },
    ]);
    expect(changed?.spec).toMatchObject({ minReplicaCount: 2, scaleTargetRef: { name: 'orchestrator' } });
  });
});

describe('a namespace of its own', () => {
  it('takes all objects but itself', () => {
    const namespace: Manifest = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: 'colloquy', labels: { enforce: 'restricted' } },
    };
    const { namespaces, rest } = inNamespace([namespace, scaled], 'test-a');
    expect(namespaces.map(({ metadata }) => metadata)).toEqual([
      { name: 'test-a', labels: { enforce: 'restricted', 'colloquy.test/k8s': 'true' } },
    ]);
    expect(rest.map(({ metadata }) => metadata.namespace)).toEqual(['test-a']);
  });

  it('gets a volume for each claim', () => {
    const claim = {
      metadata: { name: 'data' },
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    };
    const set = {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name: 'nats' },
      spec: { replicas: 2, volumeClaimTemplates: [claim] },
    };
    expect(volumesFor([set], 'test-a').map(({ metadata }) => metadata.name)).toEqual([
      'test-a-data-nats-0',
      'test-a-data-nats-1',
    ]);
  });
});
