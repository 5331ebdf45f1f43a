import type { Manifest } from '../../tools/deploy/manifests.ts';

/** What the objects of this test carry, so that they can be found and taken away. */
export const MARK = { 'colloquy.test/k8s': 'true' };

/** The same objects in a namespace of their own, without the Namespace itself, which must be there first. */
export function inNamespace(
  objects: readonly Manifest[],
  namespace: string,
): { namespaces: Manifest[]; rest: Manifest[] } {
  const moved = objects.map((object): Manifest => {
    const own = object.kind === 'Namespace';
    const { namespace: _, ...metadata } = object.metadata;
    const labels = { ...metadata.labels, ...(own ? MARK : {}) };
    return { ...object, metadata: own ? { ...metadata, name: namespace, labels } : { ...metadata, namespace } };
  });
  return {
    namespaces: moved.filter(({ kind }) => kind === 'Namespace'),
    rest: moved.filter(({ kind }) => kind !== 'Namespace'),
  };
}

/** Secrets that an installation brings itself: stand-ins, so that pods can be made. */
export function standInSecrets(
  secrets: Readonly<Record<string, readonly string[]>>,
  namespace: string,
): readonly Manifest[] {
  return Object.entries(secrets).map(([name, keys]) => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name, namespace },
    stringData: Object.fromEntries(keys.map((key) => [key, 'a stand-in of a test, long enough for a secret'])),
  }));
}

interface StatefulSet extends Manifest {
  readonly spec?: {
    readonly replicas?: number;
    readonly volumeClaimTemplates?: readonly {
      readonly metadata: { readonly name: string };
      readonly spec: {
        readonly accessModes: unknown;
        readonly resources: { readonly requests: { readonly storage: string } };
      };
    }[];
  };
}

/** A volume for each claim of the StatefulSets, for a cluster that makes none by itself. */
export function volumesFor(objects: readonly Manifest[], namespace: string): readonly Manifest[] {
  return objects
    .filter((one): one is StatefulSet => one.kind === 'StatefulSet')
    .flatMap(({ metadata, spec }) =>
      (spec?.volumeClaimTemplates ?? []).flatMap((claim) =>
        Array.from({ length: spec?.replicas ?? 1 }, (_, at) => {
          const name = `${claim.metadata.name}-${metadata.name}-${at}`;
          return {
            apiVersion: 'v1',
            kind: 'PersistentVolume',
            metadata: { name: `${namespace}-${name}`, labels: MARK },
            spec: {
              accessModes: claim.spec.accessModes,
              capacity: claim.spec.resources.requests,
              persistentVolumeReclaimPolicy: 'Retain',
              claimRef: { namespace, name },
              hostPath: { path: `/var/lib/test-k8s/${name}` },
            },
          };
        }),
      ),
    );
}
