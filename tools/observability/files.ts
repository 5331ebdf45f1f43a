import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.ts';
import { rulesFile, rulesResource } from './alert-files.ts';
import { dashboardJson } from './dashboard-json.ts';
import { dashboards } from './dashboards.ts';
import { metricsReference } from './metrics-reference.ts';

/** Where dashboards lie: one folder is mounted by compose, the other a ConfigMap of Kubernetes is made of. */
export const DASHBOARD_DIRS = ['compose/observability/dashboards', 'k8s/components/monitoring/dashboards'] as const;

/** Every file that is made, by its path from the root, and its text. */
export function madeFiles(): ReadonlyMap<string, string> {
  const files = new Map([
    ['docs/reference/metrics.md', metricsReference()],
    ['compose/observability/alerts.yml', rulesFile()],
    ['k8s/components/monitoring/prometheus-rule.yaml', rulesResource()],
  ]);
  for (const dashboard of dashboards)
    for (const dir of DASHBOARD_DIRS) files.set(`${dir}/${dashboard.name}.json`, dashboardJson(dashboard));
  return files;
}

/** What is not as it would be made now, and what lies among the dashboards that nobody makes. */
export function staleFiles(): string[] {
  const files = madeFiles();
  const stale = [...files].filter(([file, text]) => read(file) !== text).map(([file]) => file);
  const strays = DASHBOARD_DIRS.flatMap((dir) => namesIn(dir).map((name) => `${dir}/${name}`)).filter(
    (file) => !files.has(file),
  );
  return [...stale, ...strays];
}

function read(file: string): string | undefined {
  try {
    return readFileSync(path.join(root, file), 'utf8');
  } catch {
    return undefined;
  }
}

function namesIn(dir: string): readonly string[] {
  try {
    return readdirSync(path.join(root, dir));
  } catch {
    return [];
  }
}
