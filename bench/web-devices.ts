/**
 * What a person waits for: the first look at a chat, a reload in the middle of an answer, and the same words on a second
 * device. Each time has a limit of its own; the ratio is that of the worst to its limit.
 */
import type { BrowserContext, Page } from 'playwright-core';
import { openChromium } from '../e2e/support/open-chromium.ts';
import { waitFor } from '../e2e/support/wait-for.ts';
import { startScriptedStack } from '../e2e/support/scripted-stack.ts';
import type { Bench, Measured } from './bench.ts';
import { putHistory, SpeakingAgent } from './support/script-chat.ts';
import { againstLimits, type Limit, type WebRound } from './support/web-limits.ts';
import { calibrate } from './support/web-watch.ts';

const ROUNDS = 5;
const PIECES = 60;
const PIECE_EVERY_MS = 50;
const LATE_MS = 30_000;

const LIMITS: readonly Limit[] = [
  { name: 'largest paint ms', atMost: 2500, scaled: true },
  { name: 'reload to partial text ms', atMost: 1000, scaled: true },
  { name: 'second device behind p95 ms', atMost: 200, scaled: true },
];

export const bench: Bench = {
  name: 'web app: first look, reload in mid-answer, second device: worst time / its limit',
  goal: { atMost: 1 },
  run,
};

async function run(): Promise<Measured> {
  const [stack, browser] = await Promise.all([startScriptedStack(), openChromium()]);
  try {
    const rounds: WebRound[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const chatId = `bench-devices-${String(round).padStart(10, '0')}`;
      putHistory(stack.backend, chatId, 100);
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
      const speaker = new SpeakingAgent(stack.backend, chatId);
      rounds.push(await playRound(context, `${stack.url}/c/${chatId}`, speaker));
      await context.close();
    }
    return againstLimits(LIMITS, rounds);
  } finally {
    await browser.close();
    await stack.stop();
  }
}

async function playRound(context: BrowserContext, url: string, speaker: SpeakingAgent): Promise<WebRound> {
  await context.addInitScript(noteWords);
  const [one, other] = [await context.newPage(), await context.newPage()];
  await one.goto(url);
  await one.locator('[data-entry="agent"] .prose-chat').last().waitFor();
  await one.waitForLoadState('networkidle');
  const largestPaint = await largestPaintOf(one);
  speaker.begin();
  speaker.say('n0 ');
  await one.reload();
  const reload = await firstWordAfterLoad(one);
  await other.goto(url);
  await firstWordAfterLoad(other);
  const loopMs = await calibrate(one);
  for (let piece = 1; piece <= PIECES; piece++) {
    speaker.say(`n${String(piece)} `);
    await new Promise((resolve) => setTimeout(resolve, PIECE_EVERY_MS));
  }
  speaker.end();
  const behind = await lags(one, other);
  return {
    figures: {
      'largest paint ms': largestPaint,
      'reload to partial text ms': reload,
      'second device behind p95 ms': behind[Math.ceil(behind.length * 0.95) - 1] ?? Infinity,
    },
    loopMs,
  };
}

async function largestPaintOf(page: Page): Promise<number> {
  return page.evaluate(
    () =>
      new Promise<number>((resolve) => {
        new PerformanceObserver((list) => {
          resolve(list.getEntries().at(-1)?.startTime ?? Infinity);
        }).observe({ type: 'largest-contentful-paint', buffered: true });
      }),
  );
}

/** Runs in the page: notes when each numbered word is there, in ms since the epoch, by the clock that all pages share. */
function noteWords(): void {
  const seen: Record<string, number> = {};
  Object.assign(window, { benchWords: seen });
  const look = (): void => {
    const text = [...document.querySelectorAll('[data-entry="agent"] .prose-chat')].at(-1)?.textContent ?? '';
    for (const word of text.match(/n\d+/g) ?? []) seen[word] ??= performance.timeOrigin + performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
  look();
}

const wordsOf = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() => (window as unknown as { benchWords?: Record<string, number> }).benchWords ?? {});

/** From the beginning of the navigation to the first word of the answer that goes on, in ms. */
async function firstWordAfterLoad(page: Page): Promise<number> {
  const what = 'the first word of an answer that goes on';
  const words = await waitFor(async () => nonEmpty(await wordsOf(page)), { what, withinMs: LATE_MS });
  const origin = await page.evaluate(() => performance.timeOrigin);
  return Math.min(...words) - origin;
}

const nonEmpty = (words: Readonly<Record<string, number>>): number[] | undefined =>
  Object.keys(words).length > 0 ? Object.values(words) : undefined;

/** How much later each word was on the second device than on the first, in ms, sorted. */
async function lags(one: Page, other: Page): Promise<number[]> {
  const last = `n${String(PIECES)}`;
  for (const page of [one, other])
    await waitFor(async () => (await wordsOf(page))[last], { what: 'the last word', withinMs: LATE_MS });
  const [first, second] = [await wordsOf(one), await wordsOf(other)];
  return Array.from({ length: PIECES }, (_, index) => {
    const word = `n${String(index + 1)}`;
    return Math.abs((second[word] ?? Infinity) - (first[word] ?? 0));
  }).sort((a, b) => a - b);
}
