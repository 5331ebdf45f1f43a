/** Draws the picture of the README, docs/images/chat.png: starts the system on its own data, and looks at a real chat. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from '../e2e/support/open-chromium.ts';
import { launch } from './launcher/launch.ts';
import { root } from './paths.ts';

const PICTURE = path.join(root, 'docs', 'images', 'chat.png');
const SIZE = { width: 1280, height: 800 };

/** What else the person has asked before, so that the list of chats is not empty. */
const BEFORE = ['How do I write a workflow of my own?', 'What happens when I press stop?'];

async function startSystem(dataDir: string): ReturnType<typeof launch> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, ...env } = process.env;
  return launch({
    dataDir,
    ports: 'free',
    env,
    report: (event) => {
      if (event.type === 'step') console.log(event.text);
    },
  });
}

async function ask(page: Page, workflow: string, question: string): Promise<void> {
  await page.getByRole('link', { name: 'New chat' }).click();
  await page.getByRole('radio', { name: workflow }).click();
  await page.getByRole('button', { name: question }).click();
}

async function draw(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  await page.goto(url);
  for (const question of BEFORE) {
    await ask(page, 'Assistant', question);
    await page.getByRole('log').locator('[data-phase="completed"]').waitFor({ timeout: 60_000 });
  }
  await ask(page, 'Support desk', 'I want a refund for order A-1001');
  await page.getByRole('button', { name: 'Approve', exact: true }).waitFor({ timeout: 60_000 });
  const row = page.getByRole('navigation').getByRole('link', { name: /^I want a refund/ });
  await row.getByText('Needs you').waitFor();
  await page.mouse.move(SIZE.width - 20, SIZE.height / 2);
  await mkdir(path.dirname(PICTURE), { recursive: true });
  await page.screenshot({ path: PICTURE });
}

const dataDir = await mkdtemp(path.join(tmpdir(), 'colloquy-picture-'));
const [browser, system] = await Promise.all([openChromium(), startSystem(dataDir)]);
try {
  await draw(browser, system.url);
  console.log(path.relative(root, PICTURE));
} finally {
  await browser.close();
  await system.stop();
  await rm(dataDir, { recursive: true, force: true });
}
