import type { IPodMonitor } from '@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/PodMonitor';
import { portOf, type Workload } from '../manifests.ts';

const PREFIX = '__meta_kubernetes_pod_label_';

/** The value of a label as Prometheus sees it. */
const seen = ({ labels }: Workload, source: string): string =>
  Object.entries(labels).find(([name]) => `${PREFIX}${name.replaceAll(/[^a-zA-Z0-9_]/g, '_')}` === source)?.[1] ?? '';

/** The ports that a PodMonitor asks of a pod that it selects: those of that name, unless a relabeling drops the pod. */
export function askedPorts({ spec }: IPodMonitor, pod: Workload): readonly number[] {
  return (spec.podMetricsEndpoints ?? []).flatMap(({ port, relabelings = [] }) => {
    const dropped = relabelings.some(
      ({ action, sourceLabels = [], regex = '.*' }) =>
        action === 'drop' &&
        new RegExp(`^(?:${regex})$`).test(sourceLabels.map((source) => seen(pod, source)).join(';')),
    );
    return dropped ? [] : (portOf(pod, port) ?? []);
  });
}
