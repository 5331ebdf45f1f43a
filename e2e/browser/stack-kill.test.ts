import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { openChromium } from '../support/open-chromium.ts';
import { waitFor } from '../support/wait-for.ts';
import { WholeStack } from '../support/whole-stack.ts';
import { recordOn } from './recorder.ts';
import { ChatScreen, countTo, wordsOf } from './screen.ts';

/** A person's page stays open while every process of the service is killed and started again. */
describe('the whole stack in the browser', () => {
  let browser: Browser;
  let stack: WholeStack;

  beforeAll(async () => {
    browser = await openChromium();
    stack = await WholeStack.start({ web: true, env: { DEMO_TOKENS_PER_SECOND: '60' } });
  }, 240_000);

  afterAll(async () => {
    await browser.close();
    await stack.remove();
  }, 60_000);

  it('P2, P3, P4: kill -9 of every process in mid-answer, and started again: the open page shows the end without a reload', async () => {
    const page = await (await browser.newContext({ reducedMotion: 'reduce' })).newPage();
    page.setDefaultTimeout(30_000);
    await recordOn(page);
    const screen = new ChatScreen(page, stack.url);
    const chatId = await screen.start('[[say:400]]');
    const shownBefore = await screen.moreWords(30);
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }));

    const killed = await stack.killAll();
    await screen.banner.waitFor();
    // The page is still of use: what was shown is there, and what is said now is kept.
    expect((await screen.newestText()).startsWith(shownBefore)).toBe(true);
    await screen.say('[[echo]] said in the dark');
    await screen.transcript.getByText('said in the dark').first().waitFor();
    const began = performance.now();
    await stack.startAgain();
    await screen.banner.waitFor({ state: 'hidden' });
    console.info(
      `${String(killed)} processes killed; the page was back ${((performance.now() - began) / 1000).toFixed(1)} s after the start began`,
    );

    await screen.ended('completed', 1);
    await waitFor(async () => ((await screen.messages('streaming').count()) === 0 ? true : undefined), {
      what: 'nothing streams any more',
    });
    expect(await page.evaluate(() => Reflect.get(window, 'neverReloaded') as unknown)).toBe(true);
    const texts = await screen.messages().locator('.prose-chat').allTextContents();
    const [crashed = '', whole = '', echo = ''] = texts.map((text) => wordsOf(text).join(' '));
    expect(wordsOf(crashed).length).toBeGreaterThan(30);
    expect(countTo(400).startsWith(crashed)).toBe(true);
    expect(whole).toBe(countTo(400));
    expect(echo).toContain('said in the dark');
    expect(texts).toHaveLength(3);

    // What was looked at is told as seen; before that a reload would say that it is new.
    await waitFor(
      async () => {
        const { seenSeq = 0, messages } = await screen.document(chatId);
        return seenSeq >= (messages.findLast(({ type }) => type === 'text')?.seq ?? Infinity) || undefined;
      },
      { what: 'the answers, seen', withinMs: 30_000, everyMs: 250 },
    );

    // A reload shows the same: the page has not invented anything.
    const before = await screen.entries();
    await page.reload();
    await screen.ended('completed', 1);
    expect(await screen.entries()).toEqual(before);
    const { status } = await screen.document(chatId);
    expect(status).toBe('idle');
  }, 180_000);
});
