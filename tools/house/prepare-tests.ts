import { existsSync } from 'node:fs';
import path from 'node:path';
import { build } from '../launcher/build.ts';
import type { Report } from '../launcher/launch-event.ts';
import { ensureMongoServer, ensureNatsServer } from '../servers/index.ts';
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
  const built = await buildHouse(tiers.includes('e2e'));
  if (!(await findServers())) return ['pure'];
  return built ? ['pure', 'int', 'e2e'] : ['pure', 'int'];
}

/** Builds what changed of the packages, and of the web app when asked; false when it does not compile. */
export async function buildHouse(web: boolean): Promise<boolean> {
  const report: Report = (event) => {
    if (event.type === 'step' && event.state === 'done') console.log(`✓ ${event.text} in ${event.seconds ?? 0} s`);
    else if (event.type === 'step') console.log(`  ${event.text}`);
  };
  return said('build', () =>
    build({ root: ROOT, web: web && existsSync(path.join(ROOT, 'apps/web/tsconfig.json')), report }),
  );
}

/** Finds or fetches the servers that tests and benchmarks start; false when one cannot be had. */
export async function findServers(): Promise<boolean> {
  const say = (text: string): void => console.log(`  ${text}`);
  return said('servers', async () => {
    await ensureNatsServer({ say });
    await ensureMongoServer({ say });
    console.log('✓ servers');
  });
}

/** Does the work and says why when it cannot be done. */
async function said(what: string, work: () => Promise<void>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    console.error(`✗ ${what}\n${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}
