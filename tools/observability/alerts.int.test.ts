import { describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { root } from '../paths.ts';
import { topology, type Service } from '../topology.ts';
import { run } from '../servers/exec.ts';
import { ServerUnavailable } from '../servers/provider.ts';
import { alertCases, healthy, quietNight, type AlertCase } from './alert-cases.ts';
import { anchorOf } from './alert-files.ts';
import { alerts } from './alerts.ts';
import { findPrometheus, type FoundPrometheus } from './find-prometheus.ts';

const found = await findPrometheus().catch((error: unknown): FoundPrometheus | undefined => {
  if (!(error instanceof ServerUnavailable)) throw error;
  console.error(`SKIPPED: alerts cannot be tried. ${error.message}`);
  return undefined;
});
const whereFound = found === undefined ? it.skip : it;
const rules = path.join(root, 'compose/observability/alerts.yml');

async function promtool(args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await run(found?.promtool ?? '', args, { timeoutMs: 60_000 });
  return code === 0 ? 'ok' : `${stdout}\n${stderr}`;
}

const inputs = (series: Readonly<Record<string, string>>) =>
  Object.entries(series).map(([name, values]) => ({ series: name, values }));

function testOf({ alert, series, at, labels, summary }: AlertCase) {
  const rule = alerts.find(({ name }) => name === alert);
  const exp = {
    exp_labels: { severity: rule?.severity, ...labels },
    exp_annotations: { summary, runbook_url: `docs/guides/operations.md#${anchorOf(rule?.runbook ?? '')}` },
  };
  return {
    name: alert,
    interval: '1m',
    input_series: inputs(series),
    alert_rule_test: [{ eval_time: at, alertname: alert, exp_alerts: [exp] }],
  };
}

async function tried(tests: readonly object[], evaluation = '1m'): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-alerts-'));
  try {
    const file = path.join(folder, 'alerts.test.yml');
    await writeFile(file, stringify({ rule_files: [rules], evaluation_interval: evaluation, tests }));
    return await promtool(['test', 'rules', file]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A drain in production that takes all its time, a sample a second. */
function drainOf({ name, production: { drainMs, preStopMs, graceMs } }: Service) {
  const seconds = Math.min(drainMs, graceMs - preStopMs) / 1000;
  const of = `{service="${name}",instance="a:1"}`;
  const slow = alerts.find((alert) => alert.name === 'ColloquyDrainSlow');
  const firing = {
    exp_labels: { severity: slow?.severity, service: name, instance: 'a:1' },
    exp_annotations: {
      summary: `${name} at a:1 has used 100% of the time that it may drain`,
      runbook_url: `docs/guides/operations.md#${anchorOf(slow?.runbook ?? '')}`,
    },
  };
  return {
    name,
    interval: '1s',
    input_series: inputs({
      [`colloquy_drain_seconds${of}`]: `0+1x${String(seconds)}`,
      [`colloquy_drain_limit_seconds${of}`]: `${String(drainMs / 1000)}x${String(seconds)}`,
    }),
    alert_rule_test: [
      { eval_time: `${String(seconds / 2)}s`, alertname: 'ColloquyDrainSlow', exp_alerts: [] },
      { eval_time: `${String(seconds)}s`, alertname: 'ColloquyDrainSlow', exp_alerts: [firing] },
    ],
  };
}

describe('alerts', () => {
  it('have a case each', () => {
    expect(alertCases.map(({ alert }) => alert)).toEqual(alerts.map(({ name }) => name));
  });

  whereFound('are rules that Prometheus takes', async () => {
    expect(await promtool(['check', 'rules', rules])).toBe('ok');
  });

  whereFound('fire when they must, with words that name who it is about', async () => {
    expect(await tried(alertCases.map(testOf))).toBe('ok');
  });

  whereFound('are silent while all is well, be it a busy hour or a quiet night', async () => {
    const quiet = alerts.flatMap(({ name }) =>
      ['6m', '10m', '14m', '25m', '40m'].map((at) => ({ eval_time: at, alertname: name, exp_alerts: [] })),
    );
    const tests = Object.entries({ healthy, quietNight }).map(([name, series]) => ({
      name,
      interval: '1m',
      input_series: inputs(series),
      alert_rule_test: quiet,
    }));
    expect(await tried(tests)).toBe('ok');
  });

  whereFound('say that a drain is slow before what drains is killed, and not half way', async () => {
    const drained = topology.filter(({ env }) => env['DRAIN_MS'] !== undefined);
    expect(drained.length).toBeGreaterThan(5);
    expect(await tried(drained.map(drainOf), '1s')).toBe('ok');
  });

  whereFound('that do not fire are found', async () => {
    const [first] = alertCases;
    const wrong = { ...first, at: '1m' } as AlertCase;
    expect(await tried([testOf(wrong)])).toContain('FAILED');
  });
});
