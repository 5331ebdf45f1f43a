import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { openChromium } from '../support/open-chromium.ts';
import { serveCheckout } from '../support/serve-checkout.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { root } from '../../tools/paths.ts';

const EXAMPLES = 'libs/client/examples';

/** What the README of the client shows, as it stands there, with a system that answers. */
describe('the examples of the client', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  }, 120_000);

  afterAll(async () => {
    await system.stop();
  }, 60_000);

  it('in Node: prints the answer as it comes, and ends', async () => {
    const script = path.join(root, EXAMPLES, 'node.mjs');
    const args = ['--disable-warning=ExperimentalWarning', script, system.url, '[[say:40]]'];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { timeout: 60_000 });
    expect(stderr).toBe('');
    const [workflows, answer, facts] = stdout.trim().split('\n');
    expect(workflows).toMatch(/^Workflows: .*assistant/);
    expect(answer).toBe(Array.from({ length: 40 }, (_, index) => `w${String(index + 1)}`).join(' '));
    expect(facts).toMatch(/^\d+ events, \d+ tokens$/);
  });

  it('in Node: says what is wrong by its code', async () => {
    const script = path.join(root, EXAMPLES, 'node.mjs');
    const run = promisify(execFile)(process.execPath, [script, 'http://127.0.0.1:9'], { timeout: 60_000 });
    await expect(run).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('unreachable: ') });
  });

  it('in a browser, without a bundler: shows the answer, what waits without a network, and the same after a reload', async () => {
    const web = await serveCheckout(system.url);
    const browser = await openChromium();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(`${web.url}${EXAMPLES}/browser.html`);
      const say = async (text: string): Promise<void> => {
        await page.getByLabel('Your message').fill(text);
        await page.keyboard.press('Enter');
      };
      await say('[[say:20]]');
      const answer = 'w1 w2 w3 w4 w5 w6 w7 w8 w9 w10 w11 w12 w13 w14 w15 w16 w17 w18 w19 w20';
      await page.locator('li[data-state="complete"]', { hasText: answer }).waitFor();
      await page.getByText('The connection is online').waitFor();

      await page.context().setOffline(true);
      await page.getByText(/The connection is (offline|connecting)/).waitFor();
      await say('[[echo]] said without a network');
      await page.locator('li[data-state="sending"]', { hasText: 'said without a network' }).waitFor();
      const address = page.url();
      await page.goto('about:blank');
      await page.context().setOffline(false);
      await page.goto(address);
      await page.locator('li[data-state="complete"]', { hasText: 'said without a network' }).waitFor();
      const lines = await page.locator('#chat li').allTextContents();
      expect(lines.map((text) => text.replace(/^.*?: /, ''))).toEqual([
        '[[say:20]]',
        answer,
        '[[echo]] said without a network',
        expect.stringContaining('said without a network'),
      ]);
      expect(faults).toEqual([]);
    } finally {
      await browser.close();
      await web.stop();
    }
  });
});
