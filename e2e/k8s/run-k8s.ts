import { ensureKubectl } from '../../tools/deploy/find-kubectl.ts';
import { nameOf, type Manifest } from '../../tools/deploy/manifests.ts';
import { renderAll, renderableFolders, type Rendered } from '../../tools/deploy/render.ts';
import { OUTSIDE_SECRETS } from '../../tools/deploy/rules/reference-rules.ts';
import { Checklist } from '../images/checklist.ts';
import { Cluster } from './cluster.ts';
import type { K8sOptions } from './k8s-options.ts';
import { checkKeda } from './keda-scaling.ts';
import { inNamespace, MARK, standInSecrets, volumesFor } from './place.ts';

/** Those that are applied for good, each in a namespace of its own: what people begin with, and all together. */
const MAIN = ['k8s/overlays/local', 'k8s/overlays/production', 'k8s/tests/everything'];
/** The combination whose ScaledObjects are put to the test. */
const KEDA = 'k8s/tests/keda';
/** A namespace that every cluster has: what is only asked about needs one. */
const THERE_ALWAYS = 'default';
const AVAILABLE_MS = 180_000;
const SELECTOR = Object.entries(MARK)
  .map(([key, value]) => `${key}=${value}`)
  .join(',');

/**
 * Runs all of it; the exit code. Nothing is run, and said loudly, where no cluster answers; and nothing is changed there
 * unless the options name its context.
 */
export async function runK8s(options: K8sOptions, print: (line: string) => void): Promise<number> {
  if ((process.env['KUBECONFIG'] ?? '') === '') {
    print('SKIPPED: KUBECONFIG names no cluster. 0 passed, 0 failed');
    return 0;
  }
  const kubectl = await ensureKubectl({ say: print });
  const cluster = new Cluster(kubectl);
  const why = await cluster.unreachable();
  if (why !== undefined) {
    print(`SKIPPED: no API server answers at KUBECONFIG (${why}). 0 passed, 0 failed`);
    return 0;
  }
  const context = await cluster.context();
  if (options.apply !== undefined && options.apply !== context) {
    print(`KUBECONFIG is at the context ${context}, not at ${options.apply}: nothing is done`);
    return 1;
  }
  const list = new Checklist(print);
  const test = new Test(cluster, list, options);
  const renderings = await renderAll(kubectl, await renderableFolders());
  if (options.apply === undefined) {
    print(`ONLY ASKED, nothing is changed in ${context}: Pod Security, controllers and KEDA are not tested.`);
    print(`If it is a cluster for tests: npm run test:k8s -- --apply ${context}`);
    await test.ask(renderings);
  } else await test.all(renderings);
  print(list.verdict);
  return list.good ? 0 : 1;
}

class Test {
  readonly #cluster: Cluster;
  readonly #list: Checklist;
  readonly #options: K8sOptions;
  #kinds: ReadonlySet<string> = new Set();
  #kubelets = true;

  constructor(cluster: Cluster, list: Checklist, options: K8sOptions) {
    this.#cluster = cluster;
    this.#list = list;
    this.#options = options;
  }

  /** What the server says of each object, which changes nothing. */
  async ask(renderings: readonly Rendered[]): Promise<void> {
    this.#kinds = await this.#cluster.kinds();
    this.#skipUnknown(renderings);
    for (const { name, objects } of renderings)
      await this.#list.check(`${name} is accepted without a warning`, async () => {
        const { namespaces } = this.#placed(name, objects);
        const { rest } = inNamespace(objects, THERE_ALWAYS);
        const known = this.#known(rest);
        await this.#cluster.apply([...namespaces, ...known], { dryRun: true });
        return `${known.length} of ${rest.length} objects`;
      });
  }

  /** All of it, and then what was made is taken away. */
  async all(renderings: readonly Rendered[]): Promise<void> {
    try {
      await this.#run(renderings);
    } finally {
      await this.#clean();
    }
  }

  async #run(renderings: readonly Rendered[]): Promise<void> {
    await this.#clean();
    this.#kubelets = await this.#cluster.hasKubelets();
    this.#kinds = await this.#cluster.kinds();
    this.#skipUnknown(renderings);
    for (const one of renderings) await this.#accepted(one);
    for (const one of renderings.filter(({ name }) => MAIN.includes(name))) await this.#available(one);
    const keda = renderings.find(({ name }) => name === KEDA);
    if (keda !== undefined) await this.#scales(keda);
  }

  /** What this test made, and what an earlier one left. */
  async #clean(): Promise<void> {
    const wait = ['--wait=true', '--timeout=120s', '--ignore-not-found'];
    await this.#cluster.kubectl(['delete', 'namespace', '-l', SELECTOR, ...wait]).catch((error: unknown) => {
      if (!/No resources found/.test(String(error))) this.#list.note(`not cleaned up: ${String(error)}`);
    });
    await this.#cluster.kubectl(['delete', 'persistentvolume', '-l', SELECTOR, ...wait]).catch(() => undefined);
  }

  #skipUnknown(renderings: readonly Rendered[]): void {
    const all = new Set(
      renderings.flatMap(({ objects }) => objects.map(({ apiVersion, kind }) => `${apiVersion}/${kind}`)),
    );
    for (const one of all)
      if (!this.#kinds.has(one)) this.#list.note(`SKIPPED: ${one} is not installed in this cluster`);
  }

  #known(objects: readonly Manifest[]): readonly Manifest[] {
    return objects.filter(({ apiVersion, kind }) => this.#kinds.has(`${apiVersion}/${kind}`));
  }

  /** The namespace is made, the rest is asked about: validation, admission and Pod Security say what they would say. */
  async #accepted({ name, objects }: Rendered): Promise<void> {
    await this.#list.check(`${name} is accepted without a warning`, async () => {
      const { namespaces, rest } = this.#placed(name, objects);
      await this.#cluster.apply(namespaces);
      const known = this.#known(rest);
      await this.#cluster.apply(known, { dryRun: true });
      return `${known.length} of ${rest.length} objects`;
    });
  }

  #placed(name: string, objects: readonly Manifest[]): { namespace: string; namespaces: Manifest[]; rest: Manifest[] } {
    const namespace = `test-${name.replace(/^k8s\//, '').replaceAll('/', '-')}`;
    return { namespace, ...inNamespace(objects, namespace) };
  }

  async #available({ name, objects }: Rendered): Promise<void> {
    const { namespace, rest } = this.#placed(name, objects);
    const applied = await this.#list.check(`${name} is applied`, async () => {
      await this.#apply(rest, namespace);
      return undefined;
    });
    if (!applied) return;
    await this.#list.check(`${name}: everything becomes available`, async () => {
      const names = rest.filter(({ kind }) => kind === 'Deployment' || kind === 'StatefulSet').map(nameOf);
      await this.#cluster.until('available', () => this.#missing(namespace, names), AVAILABLE_MS);
      return `${names.length} Deployments and StatefulSets`;
    });
    await this.#list.check(`${name}: nothing was refused meanwhile`, async () => {
      const { items } = await this.#cluster.get<{ items: readonly Event[] }>(['events', '-n', namespace]);
      const bad = items.filter(({ reason }) => reason === 'FailedCreate').map(({ message }) => message ?? '');
      if (bad.length > 0) throw new Error(bad.join('\n'));
      return undefined;
    });
  }

  async #apply(rest: readonly Manifest[], namespace: string): Promise<void> {
    const brought = new Set(rest.filter(({ kind }) => kind === 'Secret').map(({ metadata }) => metadata.name));
    const secrets = standInSecrets(OUTSIDE_SECRETS, namespace).filter(({ metadata }) => !brought.has(metadata.name));
    const classes = await this.#cluster.get<{ items: readonly unknown[] }>(['storageclasses']);
    // Folders of nodes are given to simulated pods only.
    const volumes = classes.items.length === 0 && !this.#kubelets ? volumesFor(rest, namespace) : [];
    await this.#cluster.apply([...volumes, ...secrets, ...this.#known(rest)]);
  }

  async #missing(namespace: string, names: readonly string[]): Promise<string | undefined> {
    const { items } = await this.#cluster.get<{ items: readonly Status[] }>([
      'deployments,statefulsets',
      '-n',
      namespace,
    ]);
    const bad = names.filter((name) => {
      const found = items.find((one) => nameOf(one) === name);
      const wanted = found?.spec.replicas ?? 1;
      return found === undefined || (found.status?.readyReplicas ?? 0) < wanted;
    });
    return bad.length === 0 ? undefined : `not available: ${bad.join(', ')}`;
  }

  async #scales({ name, objects }: Rendered): Promise<void> {
    const { namespace, rest } = this.#placed(name, objects);
    if (!this.#kinds.has('keda.sh/v1alpha1/ScaledObject')) return;
    const list = this.#list;
    if (this.#kubelets) {
      list.note('SKIPPED: KEDA. This cluster has kubelets, which would start up to 50 orchestrators');
      return;
    }
    // The ScaledObjects come second, pointed at the NATS of this test.
    const others = rest.filter(({ kind }) => kind !== 'ScaledObject');
    const applied = await list.check(`${name} is applied`, async () => {
      await this.#apply(others, namespace);
      return undefined;
    });
    if (applied)
      await checkKeda({ cluster: this.#cluster, list, objects: rest, namespace, natsHost: this.#options.natsHost });
  }
}

interface Event {
  readonly reason?: string;
  readonly message?: string;
}

interface Status extends Manifest {
  readonly spec: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}
