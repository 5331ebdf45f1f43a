import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { findChromium } from './find-chromium.ts';

describe('the search for a Chromium', () => {
  let folder: string;
  const said: string[] = [];
  const say = (line: string): void => void said.push(line);

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'colloquy-chromium-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function program(name: string, script: string): Promise<string> {
    const file = path.join(folder, name);
    await writeFile(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
    return file;
  }

  it('names everything it looked at, and what to install', async () => {
    const search = findChromium({ env: { PATH: folder }, say, playwrightPath: '/nowhere/chrome', mayInstall: false });
    await expect(search).rejects.toThrow(
      /\/nowhere\/chrome: not there[\s\S]*apt-get install chromium[\s\S]*playwright/,
    );
  });

  it('passes over a program that only says where to get one', async () => {
    const stub = await program('chromium-browser', 'echo "requires the chromium snap" >&2; exit 10');
    const own = await program('own-chrome', 'echo "Chromium 150.0.0.0"');
    expect(await findChromium({ env: { PATH: folder }, say, playwrightPath: own, mayInstall: false })).toBe(own);
    await expect(
      findChromium({ env: { PATH: folder }, say, playwrightPath: '/nowhere/chrome', mayInstall: false }),
    ).rejects.toThrow(/requires the chromium snap/);
    expect(said).toContain(`Chromium: passed over ${stub}: it does not run (requires the chromium snap)`);
  });

  it('takes an installed one before Playwright’s own', async () => {
    const installed = await program('google-chrome', 'echo "Google Chrome 150.0.0.0"');
    const own = await program('own-chrome', 'echo "Chromium 150.0.0.0"');
    expect(await findChromium({ env: { PATH: folder }, say, playwrightPath: own, mayInstall: false })).toBe(installed);
  });
});
