/**
 * Where a Chromium comes from: one that is installed, then Playwright's own, then Debian's package.
 * What was found must have run once: some systems ship a `chromium-browser` that only says where to get one.
 */
import path from 'node:path';
import { chromium } from 'playwright-core';
import { defaultCacheDir } from '../../tools/paths.ts';
import type { Env } from '../../tools/servers/env.ts';
import { findOnPath, isExecutable, run } from '../../tools/servers/exec.ts';
import { withLock } from '../../tools/servers/lock.ts';

/** What the search may be told; everything has a default. */
export interface ChromiumSearch {
  readonly env?: Env;
  /** Gets one line for each program that is passed over, and for a long step. Default: standard error. */
  readonly say?: (line: string) => void;
  /** Where Playwright keeps its own. Default: what Playwright says. */
  readonly playwrightPath?: string;
  /** False: Debian's package is not installed, even where it could be. */
  readonly mayInstall?: boolean;
}

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const USUAL_PLACE = '/usr/bin/chromium';
const INSTALL_MS = 10 * 60_000;

const ADVICE = [
  'Install one of these and run the tests again:',
  '  - Debian, Ubuntu: apt-get install chromium fonts-liberation',
  '  - anywhere: npx playwright-core install chromium',
  '  - or Google Chrome, so that google-chrome is on the PATH',
].join('\n');

/**
 * The path of a Chromium that runs.
 * @throws Error that says what was looked at and what to install
 */
export async function findChromium(options: ChromiumSearch = {}): Promise<string> {
  const say = options.say ?? ((line: string): void => console.error(line));
  const refusals: string[] = [];
  for (const place of await placesOf(options)) {
    const fault = await faultOf(place);
    if (fault === undefined) return place;
    refusals.push(`${place}: ${fault}`);
    say(`Chromium: passed over ${place}: ${fault}`);
  }
  try {
    await expectToInstall(options);
    return await installFromDebian(say);
  } catch (error) {
    refusals.push(`Debian's package: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new Error(`No Chromium for the browser tests:\n${refusals.map((line) => `  - ${line}`).join('\n')}\n${ADVICE}`);
}

/** Where to look, in order. The usual place is for a PATH that lacks it. */
async function placesOf({ env, playwrightPath }: ChromiumSearch): Promise<ReadonlySet<string>> {
  const onPath = await Promise.all(NAMES.map((name) => findOnPath(name, env ?? process.env)));
  const usual = env === undefined && (await isExecutable(USUAL_PLACE)) ? [USUAL_PLACE] : [];
  const installed = onPath.filter((place) => place !== undefined);
  return new Set([...installed, ...usual, playwrightPath ?? chromium.executablePath()]);
}

async function faultOf(place: string): Promise<string | undefined> {
  if (!(await isExecutable(place))) return 'not there';
  const { code, stdout, stderr } = await run(place, ['--version', '--no-sandbox'], { timeoutMs: 60_000 });
  if (code === 0 && /chrom/i.test(stdout)) return undefined;
  return `it does not run (${(stderr.trim() || stdout.trim()).split('\n').at(-1) ?? `code ${String(code)}`})`;
}

/** @throws Error when nothing can be installed here, with the reason */
async function expectToInstall({ env = process.env, mayInstall = true }: ChromiumSearch): Promise<void> {
  if (!mayInstall) throw new Error('not wanted');
  if (process.getuid?.() !== 0) throw new Error('only root can install it');
  if ((await findOnPath('apt-get', env)) === undefined) throw new Error('there is no apt-get');
}

/** Test files may come here side by side: the first installs, the others wait and find it. */
async function installFromDebian(say: (line: string) => void): Promise<string> {
  return withLock(path.join(defaultCacheDir, 'chromium-install.lock'), async () => {
    if ((await faultOf(USUAL_PLACE)) === undefined) return USUAL_PLACE;
    say('Chromium: installing Debian’s package; this takes a minute or two …');
    await apt(['update']);
    await apt(['install', '-y', '--no-install-recommends', 'chromium', 'fonts-liberation']);
    const fault = await faultOf(USUAL_PLACE);
    if (fault !== undefined) throw new Error(`it is installed, but ${USUAL_PLACE}: ${fault}`);
    return USUAL_PLACE;
  });
}

async function apt(args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=300', ...args], {
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeoutMs: INSTALL_MS,
  });
  if (code === 0) return;
  const last = (stderr.trim() || stdout.trim()).split('\n').slice(-3).join(' ');
  throw new Error(`apt-get ${args[0] ?? ''} failed: ${last}`);
}
