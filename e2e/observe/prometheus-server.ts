import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { stringify } from 'yaml';
import { root } from '../../tools/paths.ts';
import { freePort } from '../../tools/servers/ports.ts';
import { waitFor } from '../support/wait-for.ts';

/** What a query gave over the whole run. */
export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  /** Those that are numbers. */
  readonly values: readonly number[];
}

/** How one rule is evaluated. */
export interface RuleHealth {
  readonly name: string;
  readonly health: string;
  readonly lastError?: string;
  readonly state?: string;
}

interface Answer {
  readonly status: string;
  readonly error?: string;
  readonly data: unknown;
}

/** A Prometheus that scrapes a running system each second, with our alert rules. */
export class PrometheusServer {
  readonly url: string;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #begun = Date.now() / 1000;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#child = child;
  }

  /** Starts it; resolves when it is ready. */
  static async start(command: string, targets: readonly string[]): Promise<PrometheusServer> {
    const folder = await mkdtemp(path.join(tmpdir(), 'colloquy-prometheus-'));
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: [path.join(root, 'compose/observability/alerts.yml')],
      scrape_configs: [{ job_name: 'colloquy', static_configs: [{ targets }] }],
    };
    const file = path.join(folder, 'prometheus.yml');
    await writeFile(file, stringify(config));
    const address = `127.0.0.1:${String(await freePort())}`;
    const child = spawn(
      command,
      [
        `--config.file=${file}`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=${address}`,
        '--log.level=error',
      ],
      { stdio: ['ignore', 'inherit', 'inherit'] },
    );
    const server = new PrometheusServer(`http://${address}`, folder, child);
    await waitFor(async () => ((await fetch(`${server.url}/-/ready`)).ok ? true : undefined), { what: 'Prometheus' });
    return server;
  }

  /**
   * What a query has given since the start, every two seconds.
   * @throws Error when Prometheus does not take it
   */
  async range(query: string): Promise<readonly Series[]> {
    const asked = { query, start: String(this.#begun), end: String(Date.now() / 1000), step: '2' };
    const data = (await this.#ask('query_range', asked)) as {
      result: readonly { metric: Record<string, string>; values: readonly [number, string][] }[];
    };
    return data.result.map(({ metric, values }) => ({
      labels: metric,
      values: values.map(([, value]) => Number(value)).filter((value) => Number.isFinite(value)),
    }));
  }

  /** Whether a query gives anything at this moment. */
  async holds(query: string): Promise<boolean> {
    const { result } = (await this.#ask('query', { query })) as { result: readonly unknown[] };
    return result.length > 0;
  }

  /** Names of all metrics that it has samples of. */
  async names(): Promise<ReadonlySet<string>> {
    return new Set((await this.#ask('label/__name__/values', {})) as readonly string[]);
  }

  async rules(): Promise<readonly RuleHealth[]> {
    const data = (await this.#ask('rules', {})) as { groups: readonly { rules: readonly RuleHealth[] }[] };
    return data.groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) {
      const gone = once(this.#child, 'exit');
      this.#child.kill('SIGTERM');
      await gone;
    }
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #ask(what: string, query: Readonly<Record<string, string>>): Promise<unknown> {
    const response = await fetch(`${this.url}/api/v1/${what}?${new URLSearchParams(query).toString()}`);
    const answer = (await response.json()) as Answer;
    if (answer.status !== 'success') throw new Error(`Prometheus: ${answer.error ?? response.statusText}`);
    return answer.data;
  }
}
