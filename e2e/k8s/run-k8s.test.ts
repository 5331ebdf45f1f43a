/** A cluster that may be somebody's own is never changed by accident. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runK8s } from './run-k8s.ts';

/** A kubectl that answers for a cluster, and writes down what it was asked. */
const KUBECTL = `#!/bin/sh
echo "$*" >> "$ASKED"
case "$1 $2" in
  'version --client') echo 'Client Version: v1.36.4' ;;
  'config current-context') echo theirs ;;
  'kustomize '*) printf 'apiVersion: v1\\nkind: Namespace\\nmetadata: { name: colloquy }\\n---\\n'
    printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: { name: web }\\n' ;;
  'api-resources '*) echo 'configmaps cm v1 true ConfigMap' ;;
esac
`;

let folder = '';
const before = { ...process.env };
const lines: string[] = [];
const print = (line: string): void => void lines.push(line);

/** Calls that could change something. */
async function changes(): Promise<readonly string[]> {
  const asked = (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n');
  return asked.filter((call) => /^(apply|delete|create|patch|scale)/.test(call) && !call.includes('--dry-run=server'));
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'run-k8s-'));
  await writeFile(join(folder, 'kubectl'), KUBECTL, { mode: 0o755 });
  Object.assign(process.env, {
    PATH: `${folder}${delimiter}${before['PATH'] ?? ''}`,
    KUBECONFIG: join(folder, 'config'),
    ASKED: join(folder, 'asked'),
  });
  lines.length = 0;
});
afterEach(async () => {
  for (const name of ['PATH', 'KUBECONFIG', 'ASKED'])
    if (before[name] === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = before[name];
  await rm(folder, { recursive: true, force: true });
});

describe('npm run test:k8s', () => {
  it('only asks, loudly, when nobody has named the context', async () => {
    expect(await runK8s({ natsHost: '127.0.0.1' }, print)).toBe(0);
    expect(lines.join('\n')).toContain('ONLY ASKED, nothing is changed in theirs');
    expect(lines.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
    expect(await changes()).toEqual([]);
  }, 60_000);

  it('does nothing when another context is the current one', async () => {
    expect(await runK8s({ apply: 'lab', natsHost: '127.0.0.1' }, print)).toBe(1);
    expect(lines.at(-1)).toContain('at the context theirs, not at lab');
    expect(await changes()).toEqual([]);
  }, 60_000);
});
