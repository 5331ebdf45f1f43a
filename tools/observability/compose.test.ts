import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { root } from '../paths.ts';
import { topology } from '../topology.ts';
import { METRIC_SERVICES } from './metric-catalogue.ts';

interface Container {
  readonly image?: string;
  readonly user?: string;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly ports?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly deploy?: { readonly resources: { readonly limits: { readonly memory?: string } } };
}

interface Scrape {
  readonly job_name: string;
  readonly dns_sd_configs?: readonly { readonly names: readonly string[]; readonly port: number }[];
  readonly static_configs?: readonly { readonly targets: readonly string[] }[];
}

const text = (file: string): string => readFileSync(path.join(root, file), 'utf8');
const read = (file: string): unknown => parse(text(file), { merge: true });
const { services } = read('compose/observability.yml') as { services: Readonly<Record<string, Container>> };
const { scrape_configs: scrapes } = read('compose/observability/prometheus.yml') as {
  scrape_configs: readonly Scrape[];
};
const added = Object.entries(services).filter(([, { image }]) => image !== undefined);

describe('compose/observability.yml', () => {
  it('has every service that has metrics scraped, at all of its addresses, on the port of the topology', () => {
    const asked = scrapes.find(({ job_name: job }) => job === 'colloquy')?.dns_sd_configs ?? [];
    const ports = new Map(topology.map(({ name, port, healthPort = port }) => [name, healthPort]));
    const wanted = METRIC_SERVICES.map((name) => [name, ports.get(name)] as const);
    const found = asked.flatMap(({ names, port }) => names.map((name) => [name, port] as const));
    expect(new Map(found)).toEqual(new Map(wanted));
    expect(new Set(METRIC_SERVICES)).toEqual(
      new Set(topology.flatMap(({ name, kind }) => (kind === 'node' ? [name] : []))),
    );
  });

  it('scrapes an exporter for every NATS server', () => {
    const targets = scrapes.find(({ job_name: job }) => job === 'nats')?.static_configs?.flatMap((one) => one.targets);
    const exporters = Object.keys(services).filter((name) => name.startsWith('nats-exporter-'));
    expect(targets).toEqual(exporters.map((name) => `${name}:7777`));
    expect(exporters).toHaveLength(3);
  });

  it('tells every service where traces go', () => {
    for (const name of METRIC_SERVICES)
      expect(services[name]?.environment).toEqual({ OTEL_EXPORTER_OTLP_ENDPOINT: 'http://otel-collector:4318' });
  });

  it('publishes Grafana alone, and to this machine only', () => {
    expect(added.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`))).toEqual([
      'grafana 127.0.0.1:${GRAFANA_PORT:-3001}:3000',
    ]);
  });

  it('is hardened like the rest, with images of one version', () => {
    for (const [, container] of added) {
      expect(container).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(container.user).toMatch(/^[1-9]\d*:\d+$/);
      expect(container.image).toMatch(/:v?\d+\.\d+\.\d+$/);
      expect(container.deploy?.resources.limits.memory).toMatch(/^\d+[MG]$/);
    }
  });

  it('uses the same images as Kubernetes', () => {
    const manifests = `${text('k8s/components/otel/deployment.yaml')}${text('k8s/components/monitoring-nats/exporter.yaml')}`;
    for (const name of ['otel-collector', 'nats-exporter-0'])
      expect(manifests).toContain(`image: ${services[name]?.image ?? ''}`);
  });

  it('mounts files that there are', () => {
    for (const [, { volumes = [] }] of added) {
      for (const [from = ''] of volumes.map((volume) => volume.split(':'))) {
        if (from.startsWith('./'))
          expect(readdirSync(path.join(root, path.dirname(from)))).toContain(path.basename(from));
      }
    }
  });
});
