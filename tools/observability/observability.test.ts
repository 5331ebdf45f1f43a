import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../paths.ts';
import { anchorOf } from './alert-files.ts';
import { alerts } from './alerts.ts';
import { dashboards } from './dashboards.ts';
import { madeFiles, staleFiles } from './files.ts';
import { metricCatalogue, queryNames } from './metric-catalogue.ts';
import { ofJob } from './panel.ts';
import { metricNames } from './promql-names.ts';

/** `up` is Prometheus' own. */
const known = new Set([...queryNames(), 'up']);
const panels = dashboards.flatMap(({ name, rows }) =>
  rows.flatMap((row) => row.panels.map((panel) => ({ ...panel, at: `${name}: ${panel.title}` }))),
);
const operations = readFileSync(path.join(root, 'docs/guides/operations.md'), 'utf8');
const headings = [...operations.matchAll(/^#+ (.+)$/gm)].map(([, heading]) => heading ?? '');

/** The text below a heading, up to the next one. */
function below(heading: string): string {
  const lines = operations.split('\n');
  const from = lines.findIndex((line) => /^#+ /.test(line) && line.replace(/^#+ /, '') === heading) + 1;
  const to = lines.findIndex((line, at) => at >= from && /^#+ /.test(line));
  return lines.slice(from, to < 0 ? undefined : to).join('\n');
}

describe('names in queries', () => {
  it('are found, and nothing else is', () => {
    const expr =
      'histogram_quantile(0.9, sum by (le, kind) (rate(a_bucket{x="b_total", y=~"c{1}"}[5m]))) / on (instance) group_left (worker) d offset 15m or 0 * max(e:f) and 3e5';
    expect(metricNames(expr)).toEqual(['a_bucket', 'd', 'e:f']);
  });
});

describe('metrics', () => {
  it('are named by the rules of Prometheus, ours with a prefix', () => {
    for (const { name, type, help } of metricCatalogue()) {
      expect(name).toMatch(/^colloquy_[a-z_]+$/);
      expect(`${name} ${String(name.endsWith('_total'))}`).toBe(`${name} ${String(type === 'counter')}`);
      if (type === 'histogram') expect(name).toMatch(/_(seconds|bytes|commits)$/);
      expect(help).not.toBe('');
    }
  });

  it('have few values of labels: nothing that counts chats, runs or people', () => {
    const labels = new Set(metricCatalogue().flatMap((metric) => metric.labels));
    for (const label of labels) expect(label).not.toMatch(/id$|chat|user|owner|tenant|agent|path|url/i);
  });

  it('are all shown or watched: one that nobody looks at is not worth having', () => {
    const used = new Set([
      ...panels.flatMap(({ queries }) => queries.flatMap(({ expr }) => metricNames(expr))),
      ...alerts.flatMap(({ expr }) => metricNames(expr)),
    ]);
    const base = new Set([...used].map((name) => name.replace(/_(bucket|sum|count)$/, '')));
    const demo = (name: string): boolean => name.startsWith('colloquy_demo_');
    expect(metricCatalogue().flatMap(({ name }) => (base.has(name) || demo(name) ? [] : [name]))).toEqual([]);
  });
});

describe('dashboards and alerts', () => {
  it('are what their files say; if not, run: node tools/observability/write.ts', () => {
    expect(staleFiles()).toEqual([]);
  });

  it('are the same for compose and Kubernetes', () => {
    const files = madeFiles();
    for (const { name } of dashboards) {
      expect(files.get(`k8s/components/monitoring/dashboards/${name}.json`)).toBe(
        files.get(`compose/observability/dashboards/${name}.json`),
      );
    }
    const kustomization = readFileSync(path.join(root, 'k8s/components/monitoring/kustomization.yaml'), 'utf8');
    for (const { name } of dashboards) expect(kustomization).toContain(`- dashboards/${name}.json`);
  });

  it('can look at one installation of several', () => {
    expect(ofJob('sum by (a) (rate(colloquy_b_total{c="d"}[5m])) / max(process_e) or up{job="nats"}')).toBe(
      'sum by (a) (rate(colloquy_b_total{job=~"$job", c="d"}[5m])) / max(process_e{job=~"$job"}) or up{job="nats"}',
    );
    for (const { queries } of panels)
      for (const { expr } of queries) {
        expect(metricNames(ofJob(expr))).toEqual(metricNames(expr));
        expect(ofJob(expr).match(/job=~?"/g) ?? []).toHaveLength(
          expr.match(/(?:colloquy|nodejs|process)_\w+|\bup\b/g)?.length ?? 0,
        );
      }
  });

  it('ask only for metrics that services export', () => {
    const unknown = [
      ...panels.flatMap(({ at, queries }) => queries.map(({ expr }) => ({ at, expr }))),
      ...alerts.map(({ name: at, expr }) => ({ at, expr })),
    ].flatMap(({ at, expr }) => {
      const names = metricNames(expr);
      const wrong = names.filter((name) => !known.has(name));
      return names.length === 0 ? [`${at}: nothing`] : wrong.map((name) => `${at}: ${name}`);
    });
    expect(unknown).toEqual([]);
  });

  it('ask only for labels that the metrics have', () => {
    const labels = new Map<string, ReadonlySet<string>>();
    for (const metric of metricCatalogue())
      labels.set(metric.name, new Set([...metric.labels, 'service', 'instance', 'le']));
    const faults = panels.flatMap(({ at, queries }) =>
      queries.flatMap(({ expr }) => {
        const name = metricNames(expr)[0]?.replace(/_(bucket|sum|count)$/, '') ?? '';
        const by = [...expr.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? '').split(/,\s*/));
        const has = labels.get(name);
        return has === undefined ? [] : by.filter((label) => !has.has(label)).map((label) => `${at}: ${label}`);
      }),
    );
    expect(faults).toEqual([]);
  });

  it('say in every panel what it shows, in which unit, and tell lines apart', () => {
    for (const { at, description, unit, queries } of panels) {
      expect(`${at}: ${description}`).toMatch(/: .{20,}\.$/s);
      expect(unit).not.toBe('none');
      for (const { legend } of queries) expect(legend).not.toBe('');
      expect(new Set(queries.map(({ legend }) => legend)).size).toBe(queries.length);
    }
    expect(new Set(panels.map(({ at }) => at)).size).toBe(panels.length);
  });

  it('link every alert to a heading that says what to do, and names it', () => {
    expect(new Set(alerts.map(({ name }) => name)).size).toBe(alerts.length);
    for (const { name, runbook } of alerts) {
      expect(headings).toContain(runbook);
      const text = below(runbook);
      if (runbook !== 'Messages that were given up') expect(text).toContain(`\`${name}\``);
      expect(text.length).toBeGreaterThan(200);
    }
  });

  it('make an anchor of a heading as GitHub does', () => {
    expect(anchorOf('What a 2xx is worth: durability')).toBe('what-a-2xx-is-worth-durability');
    expect(anchorOf('Clients are slow, or too many')).toBe('clients-are-slow-or-too-many');
  });
});
