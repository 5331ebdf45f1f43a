/**
 * A chat in headless Chromium, with the real web app and the real edge, while four agents speak at once. Several figures count,
 * each with a limit of its own; the ratio is that of the worst of them to its limit.
 */
import type { Browser, CDPSession, Page } from 'playwright-core';
import { openChromium } from '../../e2e/support/open-chromium.ts';
import { startScriptedStack, type ScriptedStack } from '../../e2e/support/scripted-stack.ts';
import { waitFor } from '../../e2e/support/wait-for.ts';
import type { Bench, Measured } from '../bench.ts';
import { putHistory, streamAgents } from './script-chat.ts';
import { againstLimits, type Limit, type WebRound } from './web-limits.ts';
import { calibrate, figuresOf, watchPage } from './web-watch.ts';

const ROUNDS = 5;
const PER_SECOND = 50;
const STREAM_SECONDS = 8;
const READ_SECONDS = 3;
const KEY_EVERY_MS = 150;
const MIB = 1024 * 1024;

const LIMITS: readonly Limit[] = [
  { name: 'key to paint p95 ms', atMost: 150, scaled: true },
  { name: 'longest task ms', atMost: 200, scaled: true },
  { name: 'layout shift', atMost: 0.05 },
  { name: 'DOM nodes', atMost: 1500 },
  { name: 'heap MiB', atMost: 80 },
  { name: 'px from the end', atMost: 24 },
  { name: 'px moved while reading', atMost: 0 },
];

/** The benchmark of a chat with so many messages. */
export function webBench(messages: number): Bench {
  return {
    name: `web app, ${String(messages)} messages, 4 agents at ${String(PER_SECOND)} pieces/s: worst figure / its limit`,
    goal: { atMost: 1 },
    run: () => run(messages),
  };
}

async function run(messages: number): Promise<Measured> {
  const [stack, browser] = await Promise.all([startScriptedStack(), openChromium()]);
  try {
    const rounds: WebRound[] = [];
    for (let round = 0; round < ROUNDS; round++) rounds.push(await playRound({ stack, browser }, messages, round));
    return againstLimits(LIMITS, rounds);
  } finally {
    await browser.close();
    await stack.stop();
  }
}

async function playRound(
  { stack, browser }: { readonly stack: ScriptedStack; readonly browser: Browser },
  messages: number,
  round: number,
): Promise<WebRound> {
  const chatId = `bench-chat-${String(messages)}-${String(round).padStart(6, '0')}`;
  putHistory(stack.backend, chatId, messages);
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  try {
    const page = await context.newPage();
    const devtools = await context.newCDPSession(page);
    await openChat(page, `${stack.url}/c/${chatId}`);
    if (messages > 200) await loadAll(page);
    const loopMs = await calibrate(page);
    const speak = (part: number, seconds: number): Promise<void> =>
      streamAgents(stack.backend, chatId, { perSecond: PER_SECOND, seconds, round: round * 2 + part });
    await watchPage(page);
    const [pressed] = await Promise.all([typeFor(page, STREAM_SECONDS), speak(0, STREAM_SECONDS)]);
    await page.locator('[data-phase="completed"]').last().waitFor();
    const figures = await figuresOf(page, pressed);
    const fromEnd = await distanceFromEnd(page);
    const heapMiB = await heapOf(devtools);
    const moved = await readWhile(page, () => speak(1, READ_SECONDS));
    return {
      figures: {
        'key to paint p95 ms': figures.keyP95,
        'longest task ms': figures.longestTask,
        'layout shift': figures.cls,
        'DOM nodes': figures.nodes,
        'heap MiB': heapMiB,
        'px from the end': fromEnd,
        'px moved while reading': moved,
      },
      loopMs,
    };
  } finally {
    await context.close();
    stack.backend.forget(chatId);
  }
}

async function openChat(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await page.locator('[data-entry="agent"] .prose-chat').last().waitFor();
  await page.waitForLoadState('networkidle');
  await page.getByRole('textbox', { name: 'Your message' }).focus();
}

/** The document holds the newest entries; a person who reads back has loaded all. */
async function loadAll(page: Page): Promise<void> {
  const log = page.getByRole('log', { name: 'Transcript' });
  const earlier = page.getByRole('button', { name: /earlier/ });
  await log.focus();
  await waitFor(
    async () => {
      await page.keyboard.press('Home');
      return (await earlier.isVisible()) || undefined;
    },
    { what: 'the beginning of what is loaded', everyMs: 100 },
  );
  await earlier.click();
  await earlier.waitFor({ state: 'detached', timeout: 60_000 });
  await page.getByRole('button', { name: /latest|new message/ }).click();
  await page.getByRole('textbox', { name: 'Your message' }).focus();
}

/** Presses keys in the composer; gives how many. */
async function typeFor(page: Page, seconds: number): Promise<number> {
  const end = performance.now() + seconds * 1000;
  let pressed = 0;
  while (performance.now() < end) {
    const next = performance.now() + KEY_EVERY_MS;
    await page.keyboard.press(pressed % 6 === 5 ? 'Space' : 'a');
    pressed += 1;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, next - performance.now())));
  }
  return pressed;
}

async function distanceFromEnd(page: Page): Promise<number> {
  return page
    .getByRole('log', { name: 'Transcript' })
    .evaluate(({ scrollHeight, scrollTop, clientHeight }) => Math.abs(scrollHeight - scrollTop - clientHeight));
}

async function heapOf(devtools: CDPSession): Promise<number> {
  await devtools.send('HeapProfiler.collectGarbage');
  await devtools.send('Performance.enable');
  const { metrics } = await devtools.send('Performance.getMetrics');
  return (metrics.find(({ name }) => name === 'JSHeapUsedSize')?.value ?? 0) / MIB;
}

/** Scrolls up, and watches the row in the middle of the view in every frame of the work: by how many px it moved. */
async function readWhile(page: Page, work: () => Promise<void>): Promise<number> {
  await page.mouse.move(640, 400);
  await page.mouse.wheel(0, -1600);
  await page.getByRole('button', { name: /latest|new message/ }).waitFor();
  await page.evaluate(() => {
    const log = document.querySelector('[role="log"]');
    const middle = (log?.getBoundingClientRect().top ?? 0) + (log?.clientHeight ?? 0) / 2;
    const rows = [...document.querySelectorAll<HTMLElement>('[role="log"] [data-index]')];
    const row = rows.find((each) => each.getBoundingClientRect().bottom > middle);
    if (row === undefined) throw new Error('no row is in view');
    const reading = { from: row.getBoundingClientRect().top, moved: 0, on: true };
    const look = (): void => {
      reading.moved = Math.max(reading.moved, Math.abs(row.getBoundingClientRect().top - reading.from));
      if (!row.isConnected) reading.moved = Infinity;
      if (reading.on) requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
    Object.assign(window, { benchReading: reading });
  });
  await work();
  return page.evaluate(() => {
    const { benchReading } = window as unknown as { benchReading: { moved: number; on: boolean } };
    benchReading.on = false;
    return benchReading.moved;
  });
}
