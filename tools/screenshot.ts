/**
 * Draws the pictures of the documents, `docs/images`: the web app as it is, in front of a scripted backend that plays the
 * states of `e2e/browser/states.ts`, so that a picture changes only when the app does.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { PNG } from 'pngjs';
import { ChatScreen } from '../e2e/browser/screen.ts';
import { NOW } from '../e2e/browser/state-cards.ts';
import { writeStateChats, type StateChats } from '../e2e/browser/state-chats.ts';
import { deviceOf, recolour, SCHEMES, showState, STATE_SETTINGS, STATES, WIDTHS } from '../e2e/browser/states.ts';
import { openChromium } from '../e2e/support/open-chromium.ts';
import { startScriptedStack } from '../e2e/support/scripted-stack.ts';
import { buildHouse } from './house/prepare-tests.ts';
import { writePalettePng } from './palette-png.ts';
import { root } from './paths.ts';

const IMAGES = path.join(root, 'docs', 'images');
/** What is shown, by its name in `docs/images`. */
const SHOWN = {
  streaming: 'streaming',
  question: 'approval',
  form: 'form',
  error: 'failed',
  empty: 'new-chat',
  panel: 'panel',
} as const;
/** Pixels of the picture for one of the page: a phone's are small. */
const SCALE = { 1280: 1.5, 390: 2 } as const;
/** The picture that the README begins with: it is the one of these. */
const FIRST = 'panel-1280-light';
const MOST_BYTES = 150 * 1024;

async function draw(browser: Browser, url: string, chats: StateChats): Promise<void> {
  for (const width of WIDTHS) {
    const context = await browser.newContext(deviceOf(width, SCALE[width]));
    const page = await context.newPage();
    await page.clock.setFixedTime(NOW);
    const screen = new ChatScreen(page, url);
    for (const [shown, name] of Object.entries(SHOWN)) {
      const state = STATES.find((one) => one.name === name);
      if (state === undefined) throw new Error(`there is no state ${name}`);
      await showState(screen, state, chats);
      for (const scheme of SCHEMES) {
        await recolour(screen, scheme);
        const shot = await page.screenshot({ animations: 'disabled', caret: 'hide' });
        await keep(`${shown}-${String(width)}-${scheme}`, writePalettePng(PNG.sync.read(shot)));
      }
    }
    await context.close();
  }
}

async function keep(name: string, picture: Buffer): Promise<void> {
  const names = name === FIRST ? [name, 'chat'] : [name];
  for (const each of names) await writeFile(path.join(IMAGES, `${each}.png`), picture);
  console.log(`docs/images/${names.join(', ')}: ${String(Math.ceil(picture.length / 1024))} KiB`);
  if (picture.length > MOST_BYTES) throw new Error(`${name} has more than ${String(MOST_BYTES / 1024)} KiB`);
}

if (!(await buildHouse(true))) process.exit(1);
await mkdir(IMAGES, { recursive: true });
const stack = await startScriptedStack(STATE_SETTINGS);
const browser = await openChromium();
try {
  await draw(browser, stack.url, writeStateChats(stack.backend));
} finally {
  await browser.close();
  await stack.stop();
}
