/** NATS itself reads what k8s/ gives it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { ensureNatsServer } from '../servers/index.ts';
import { run, type Ended } from '../servers/exec.ts';
import { kubectlOrSkip } from './fixtures/kubectl-or-skip.ts';
import { environmentOf, mainContainer, ofKind, workloadsOf, type Rendering } from './manifests.ts';
import { renderAll } from './render.ts';

const OPEN = 'k8s/tests/nats';
const CLOSED = 'k8s/tests/nats-password';
const SLOW_MS = 120_000;
/** As the guide makes them: a letter, then hex. */
const PASSWORD = 'a0e1d2c3b4';

const { kubectl, withKubectl } = await kubectlOrSkip();
let renderings: readonly Rendering[] = [];
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nats-config-'));
  if (kubectl !== undefined) renderings = await renderAll(kubectl, [OPEN, CLOSED]);
}, SLOW_MS);

afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

/** The environment of NATS, with what Kubernetes puts into `$(…)`: only variables that stand above. */
function natsEnvironment(rendering: Rendering, secret: string): Readonly<Record<string, string>> {
  const nats = workloadsOf(rendering).find(({ title }) => title === 'StatefulSet/nats');
  const container = nats && mainContainer(nats);
  if (container === undefined) throw new Error('there is no NATS');
  const known = new Map<string, string>();
  for (const [name, value] of environmentOf(rendering, container)) {
    const text =
      value === '' ? secret : value.replaceAll(/\$\((\w+)\)/g, (whole, of: string) => known.get(of) ?? whole);
    known.set(name, text);
  }
  return Object.fromEntries(known);
}

/** What nats-server says about its configuration; it starts nothing. */
async function readBy(name: string, secret = PASSWORD): Promise<Ended> {
  const rendering = renderings.find((one) => one.name === name);
  const data = rendering && ofKind(rendering, 'ConfigMap').find((one) => one.data?.['nats.conf'] !== undefined)?.data;
  if (rendering === undefined || data === undefined) throw new Error(`${name} has no nats.conf`);
  for (const [file, text] of Object.entries(data)) await writeFile(join(folder, file), text);
  const { NATS_URL: _, ...env } = process.env;
  const server = await ensureNatsServer({ env });
  if (server.kind !== 'binary') throw new Error('no nats-server to ask');
  return run(server.command, [...server.args0, '-t', '--config', join(folder, 'nats.conf')], {
    env: { ...env, ...natsEnvironment(rendering, secret) },
  });
}

withKubectl('the configuration of NATS', () => {
  it.each([OPEN, CLOSED])(
    'of %s is read',
    async (name) => {
      const { code, stderr } = await readBy(name);
      expect(stderr).toContain('is valid');
      expect(code).toBe(0);
    },
    SLOW_MS,
  );

  it.each(['a b', '12345', '$X'])(
    'is not read with %j for a password: the guide says how to make one',
    async (secret) => {
      expect((await readBy(CLOSED, secret)).code).not.toBe(0);
    },
    SLOW_MS,
  );

  it('has the password in each route to another server', () => {
    const rendering = renderings.find(({ name }) => name === CLOSED);
    const env = rendering && natsEnvironment(rendering, PASSWORD);
    expect(env?.['NATS_ROUTES']?.match(/nats:\/\/route:a0e1d2c3b4@nats-\d\.nats-headless:6222/g)).toHaveLength(3);
  });
});
