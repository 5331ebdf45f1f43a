import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { root } from '../paths.ts';
import { run } from '../servers/exec.ts';
import { ServerUnavailable } from '../servers/provider.ts';
import { composeCombinations } from './compose-combinations.ts';
import { readCompose, type Compose } from './compose-model.ts';
import { ensureCompose } from './find-compose.ts';
import type { FoundProgram } from './find-kubectl.ts';
import { composeRules } from './rules/compose-rules.ts';

/** How long compose may take on a machine that does much else. */
const SLOW_MS = 60_000;

// Found before the tests are declared: without it they are skipped, which the summary counts.
const program = await ensureCompose().catch((error: unknown) => {
  if (!(error instanceof ServerUnavailable)) throw error;
  console.warn(`skipped: docker compose config\n${error.message}`);
  return undefined;
});
const combinations = await composeCombinations();
const withCompose = program === undefined ? describe.skip : describe;

async function config(found: FoundProgram, files: readonly string[], args: readonly string[]): Promise<string> {
  const options = files.flatMap((file) => ['--file', join(root, file)]);
  // Nothing of this shell may fill in what a file leaves open; HOME and DOCKER_CONFIG say where docker's plugins are.
  const { PATH, HOME, DOCKER_CONFIG } = process.env;
  const env = { PATH, HOME, DOCKER_CONFIG };
  const said = await run(found.command, [...found.args0, ...options, 'config', ...args], { env, timeoutMs: SLOW_MS });
  if (said.code !== 0 || said.stderr.trim() !== '') throw new Error(`${files.join(' + ')}: ${said.stderr.trim()}`);
  return said.stdout;
}

withCompose('docker compose config', () => {
  const merged: Compose[] = [];

  beforeAll(async () => {
    if (program === undefined) return;
    for (const files of combinations) {
      const text = await config(program, files, ['--format', 'json']);
      const { services, networks = {}, volumes = {} } = JSON.parse(text) as Partial<Compose>;
      merged.push({ services: services ?? {}, networks, volumes, name: files.join(' + ') });
    }
  }, SLOW_MS);

  it('takes every file alone and together, without a warning', () => {
    expect(merged.map(({ name }) => name)).toEqual(combinations.map((files) => files.join(' + ')));
  });

  it('reads the file as our own reader does', () => {
    const [theirs] = merged;
    const ours = readCompose('docker-compose.yml', readFileSync(join(root, 'docker-compose.yml'), 'utf8'));
    const facts = ({ services }: Compose): unknown =>
      Object.entries(services)
        .toSorted(([one], [two]) => one.localeCompare(two))
        .map(([name, one]) => ({
          name,
          image: one.image,
          environment: one.environment ?? {},
          networks: Object.keys(one.networks ?? {}).toSorted(),
          ports: (one.ports ?? []).map(({ host_ip, published, target }) => ({ host_ip, published, target })),
          volumes: (one.volumes ?? []).map(({ type, target, read_only = false }) => ({ type, target, read_only })),
          depends: Object.entries(one.depends_on ?? {})
            .map(([target, { condition }]) => `${target} ${condition}`)
            .toSorted(),
          memory: one.deploy?.resources?.limits?.memory,
        }));
    if (theirs === undefined) throw new Error('nothing was merged');
    expect(facts(ours)).toEqual(facts(theirs));
  });

  it.each(composeRules.map((rule) => [rule.name, rule] as const))('%s, in every combination', (_, rule) => {
    expect(merged.flatMap((one) => rule.check(one).map((what) => `${one.name}: ${what}`))).toEqual([]);
  });
});
