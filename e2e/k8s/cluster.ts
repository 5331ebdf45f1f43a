import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FoundProgram } from '../../tools/deploy/find-kubectl.ts';
import type { Manifest } from '../../tools/deploy/manifests.ts';
import { run } from '../../tools/servers/exec.ts';
import { waitFor } from '../../tools/servers/wait-for.ts';

const SLOW_MS = 180_000;

interface Node {
  readonly status?: { readonly daemonEndpoints?: { readonly kubeletEndpoint?: { readonly Port?: number } } };
}

/** A cluster, by kubectl and KUBECONFIG. */
export class Cluster {
  readonly #kubectl: FoundProgram;

  constructor(kubectl: FoundProgram) {
    this.#kubectl = kubectl;
  }

  /** What kubectl printed. @throws Error with what it said when it fails, or warns */
  async kubectl(args: readonly string[]): Promise<string> {
    const { command, args0 } = this.#kubectl;
    const { code, stdout, stderr } = await run(command, [...args0, ...args], { timeoutMs: SLOW_MS });
    if (code === 0 && stderr.trim() === '') return stdout;
    throw new Error(stderr.trim() || `kubectl ${args[0] ?? ''} ended with ${String(code)}`);
  }

  /** An object as JSON. @throws Error when it is not there */
  async get<Shape>(args: readonly string[]): Promise<Shape> {
    return JSON.parse(await this.kubectl(['get', ...args, '-o', 'json'])) as Shape;
  }

  /** Applies objects by the server, with its validation; a warning is a failure. */
  async apply(objects: readonly Manifest[], options: { readonly dryRun?: boolean } = {}): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'test-k8s-'));
    try {
      const file = join(folder, 'objects.json');
      await writeFile(file, JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }));
      const dry = options.dryRun === true ? ['--dry-run=server'] : [];
      await this.kubectl([
        'apply',
        '--server-side',
        '--validate=strict',
        '--field-manager=test-k8s',
        ...dry,
        '-f',
        file,
      ]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Why nothing can be asked, or undefined. */
  async unreachable(): Promise<string | undefined> {
    const { command, args0 } = this.#kubectl;
    const { code, stderr } = await run(command, [...args0, 'get', '--raw', '/readyz', '--request-timeout=10s'], {
      timeoutMs: 30_000,
    });
    return code === 0 ? undefined : (stderr.trim().split('\n').at(-1) ?? 'no answer');
  }

  /** The name of the context that KUBECONFIG is at. */
  async context(): Promise<string> {
    return (await this.kubectl(['config', 'current-context'])).trim();
  }

  /** Whether some node has a kubelet that can be called: then pods are real. */
  async hasKubelets(): Promise<boolean> {
    const { items } = await this.get<{ items: readonly Node[] }>(['nodes']);
    return items.some(({ status }) => (status?.daemonEndpoints?.kubeletEndpoint?.Port ?? 0) > 0);
  }

  /** `apiVersion/Kind` of everything that the server knows. */
  async kinds(): Promise<ReadonlySet<string>> {
    const text = await this.kubectl(['api-resources', '--no-headers']);
    return new Set(
      text.split('\n').flatMap((line) => {
        const [, version, kind] = /\s(\S*v\d\S*)\s+(?:true|false)\s+(\w+)\s*$/.exec(line) ?? [];
        return version === undefined || kind === undefined ? [] : [`${version}/${kind}`];
      }),
    );
  }

  /** Waits until a condition holds. @throws Error with what was seen last */
  async until(what: string, look: () => Promise<string | undefined>, deadlineMs: number): Promise<void> {
    let seen = '';
    const until = async (): Promise<boolean> => {
      seen = (await look()) ?? '';
      return seen === '';
    };
    await waitFor({ until, deadlineMs, what, everyMs: 1000 }).catch((error: unknown) => {
      throw new Error(`${what}: ${seen === '' ? String(error) : seen}`);
    });
  }
}
