import { stringify } from 'yaml';
import { alerts, type Alert } from './alerts.ts';

const NOTE = 'Made from tools/observability/alerts.ts: node tools/observability/write.ts';

/** The anchor that a heading has on a page: as GitHub makes it. */
export function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{Letter}\p{Number}\s_-]/gu, '')
    .replaceAll(/\s/g, '-');
}

function ruleOf({ name, expr, for: wait, severity, summary, runbook }: Alert): object {
  return {
    alert: name,
    expr,
    for: wait,
    labels: { severity },
    annotations: { summary, runbook_url: `docs/guides/operations.md#${anchorOf(runbook)}` },
  };
}

const groups = [{ name: 'colloquy', rules: alerts.map(ruleOf) }];

/** The rules as Prometheus reads them from a file. */
export function rulesFile(): string {
  return `# ${NOTE}\n${stringify({ groups }, { lineWidth: 0 })}`;
}

/** The same rules as the Prometheus operator takes them. */
export function rulesResource(): string {
  const resource = {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'PrometheusRule',
    metadata: {
      name: 'colloquy',
      labels: { 'app.kubernetes.io/component': 'monitoring', 'app.kubernetes.io/part-of': 'colloquy' },
    },
    spec: { groups },
  };
  return `# ${NOTE}\n${stringify(resource, { lineWidth: 0 })}`;
}
