import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureMongoServer, ensureNatsServer } from '../servers/index.ts';
import { runStep } from './run-step.ts';
import { ROOT } from './source-files.ts';
import type { Tier } from './test-tiers.ts';

/**
 * Makes ready what the tiers need, before any test waits for it: the servers once instead of in every worker, the built
 * packages, and for e2e the built web app. What cannot be had is said.
 *
 * @returns the tiers that can run: pure always; int with servers, since like pure it runs from sources; e2e with all.
 */
export async function prepareTests(tiers: readonly Tier[]): Promise<readonly Tier[]> {
  if (!tiers.some((tier) => tier !== 'pure')) return ['pure'];
  console.log('\n── prepare');
  const built = await build(tiers.includes('e2e'));
  if (!(await servers())) return ['pure'];
  return built ? ['pure', 'int', 'e2e'] : ['pure', 'int'];
}

/** Builds what changed of the packages, and of the web app when asked; false when it does not compile. */
export async function build(web: boolean): Promise<boolean> {
  const steps = [{ name: 'build', args: ['node_modules/typescript/bin/tsc', '-b'] }];
  if (web && existsSync(path.join(ROOT, 'apps/web/tsconfig.json'))) {
    steps.push({ name: 'web', args: ['node_modules/nx/dist/bin/nx.js', 'run', '@colloquy/web:build'] });
  }
  for (const step of steps) {
    const { ok, seconds, output } = await runStep({ ...step, env: { NX_DAEMON: 'false' } });
    console.log(`${ok ? '✓' : '✗'} ${step.name.padEnd(8)} ${seconds.toFixed(1)} s${ok ? '' : `\n${output}`}`);
    if (!ok) return false;
  }
  return true;
}

/** Finds or fetches the servers that tests and benchmarks start; false when one cannot be had. */
export async function servers(): Promise<boolean> {
  const say = (text: string): void => console.log(`  ${text}`);
  try {
    await ensureNatsServer({ say });
    await ensureMongoServer({ say });
    console.log('✓ servers');
    return true;
  } catch (error) {
    console.error(`✗ servers\n${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
