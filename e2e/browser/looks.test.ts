import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import type { ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

const REFUND = 'I want a refund for order A-1001';
const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true } as const;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
/** How many messages a person has left in the long chat. */
const MANY = 240;

/** For everybody's eyes, hands and screens. */
describe('the looks of the web app', () => {
  const stage = useStage();

  /** WCAG 2.2 AA, as far as a machine can tell. */
  async function expectAccessible(page: Page, state: string): Promise<void> {
    const { violations, passes } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
    const faults = violations.flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${state}: ${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`,
      ),
    );
    expect(faults).toEqual([]);
    expect(passes.length).toBeGreaterThan(10);
  }

  /** Nothing sticks out to the right. */
  async function expectNoSidewaysScroll(page: Page): Promise<void> {
    const [content, window] = await page.evaluate(() => [
      document.documentElement.scrollWidth,
      document.documentElement.clientWidth,
    ]);
    expect(content).toBeLessThanOrEqual(window ?? 0);
  }

  async function edges(part: Locator): Promise<{ left: number; right: number; top: number; bottom: number }> {
    const box = await part.boundingBox();
    if (box === null) throw new Error('it is not on the page');
    return { left: box.x, right: box.x + box.width, top: box.y, bottom: box.y + box.height };
  }

  async function lightness(screen: ChatScreen): Promise<number> {
    return screen.page.evaluate(() => {
      const canvas = document.createElement('canvas').getContext('2d');
      if (canvas === null) return NaN;
      canvas.fillStyle = getComputedStyle(document.body).backgroundColor;
      canvas.fillRect(0, 0, 1, 1);
      const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
      return (red + green + blue) / 3 / 255;
    });
  }

  for (const colorScheme of ['light', 'dark'] as const) {
    scene(stage, `axe finds nothing: empty, streaming, approval, done, menu (${colorScheme})`, async () => {
      const screen = await stage.screen({ colorScheme });
      const { page } = screen;
      await screen.openNew('Support desk');
      await page.getByRole('button', { name: REFUND }).waitFor();
      await expectAccessible(page, 'empty');
      await screen.say(`${REFUND} [[say:3000]]`);
      await screen.moreWords(20);
      await expectAccessible(page, 'streaming');
      await screen.stop.click();
      await screen.ended('cancelled');
      await screen.say(REFUND);
      await screen.approve.waitFor();
      await expectAccessible(page, 'approval');
      await screen.approve.click();
      await screen.ended();
      await screen.tool('Lookup order').getByRole('button').click();
      const row = screen.row(/refund/i);
      await row.hover();
      await row.getByRole('button', { name: /^Actions for/ }).click();
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
      await expectAccessible(page, 'done, with a menu');
    });
  }

  scene(stage, 'a phone: everything within reach, the drawer, and axe finds nothing', async () => {
    const screen = await stage.screen(PHONE);
    const { page } = screen;
    await screen.openNew('Support desk');
    await expectAccessible(page, 'empty');
    await expectNoSidewaysScroll(page);
    await screen.start(REFUND, 'Support desk');
    await screen.approve.waitFor();
    await expectAccessible(page, 'approval');
    await expectNoSidewaysScroll(page);
    for (const part of [screen.composer, screen.approve, screen.decline]) {
      const { left, right, top, bottom } = await edges(part);
      expect(Math.min(left, top)).toBeGreaterThanOrEqual(0);
      expect(right).toBeLessThanOrEqual(PHONE.viewport.width);
      expect(bottom).toBeLessThanOrEqual(PHONE.viewport.height);
    }
    for (const part of [screen.approve, screen.comment]) {
      const { top, bottom } = await edges(part);
      expect(bottom - top).toBeGreaterThanOrEqual(44);
    }

    const menu = page.getByRole('button', { name: 'Open the list of chats' });
    await menu.tap();
    const drawer = page.getByRole('dialog', { name: 'Chats' });
    await drawer.getByRole('link', { name: /refund/i }).waitFor();
    await expectAccessible(page, 'drawer');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
    expect(await menu.evaluate((element) => element === document.activeElement)).toBe(true);
    // Esc closed the drawer and nothing more: the question still waits.
    await screen.approve.waitFor();
    await menu.tap();
    await drawer.getByRole('link', { name: 'New chat' }).tap();
    await drawer.waitFor({ state: 'hidden' });
    await page.getByRole('heading', { name: 'What shall we work on?' }).waitFor();
    await expectNoSidewaysScroll(page);
  });

  scene(stage, 'dark and light: as the system has it, or as the person says, also after a reload', async () => {
    const screen = await stage.screen({ colorScheme: 'dark' });
    const { page } = screen;
    await screen.openNew();
    expect(await lightness(screen)).toBeLessThan(0.25);
    await page.getByRole('button', { name: 'Colours: As the system. Switch.' }).click();
    await page.getByRole('button', { name: 'Colours: Light. Switch.' }).waitFor();
    expect(await lightness(screen)).toBeGreaterThan(0.9);
    await page.reload();
    await page.getByRole('button', { name: 'Colours: Light. Switch.' }).waitFor();
    expect(await lightness(screen)).toBeGreaterThan(0.9);
    await page.getByRole('button', { name: 'Colours: Light. Switch.' }).click();
    await waitFor(async () => ((await lightness(screen)) < 0.25 ? true : undefined), { what: 'dark colours' });
  });

  scene(stage, 'a listener hears who writes and who needs an answer, not every word', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew('Support desk');
    const live = await page.evaluate(() =>
      [...document.querySelectorAll('[aria-live="polite"]')].map((region) => region.textContent),
    );
    expect(live).toEqual(['']);
    await page.evaluate(() => {
      const heard: string[] = [];
      Object.assign(window, { heard });
      const region = document.querySelector('[aria-live="polite"]');
      if (region)
        new MutationObserver(() => heard.push(region.textContent)).observe(region, {
          subtree: true,
          childList: true,
          characterData: true,
        });
    });
    await screen.say(REFUND);
    await screen.approve.waitFor();
    expect(await screen.transcript.getAttribute('aria-live')).toBe('off');
    await screen.approve.click();
    await screen.ended();
    const heard = await waitFor(
      async () => {
        const lines = await page.evaluate(() => (window as unknown as { heard: string[] }).heard);
        return lines.includes('The run is done') ? lines : undefined;
      },
      { what: 'the end, said' },
    );
    expect(heard).toContain('Billing needs your input');
    expect(heard.some((line) => line.endsWith('is writing'))).toBe(true);
    expect(Math.max(...heard.map((line) => line.length))).toBeLessThan(60);
  });

  scene(
    stage,
    'the keyboard alone: every control is reached, and Esc closes the menu before it stops a run',
    async () => {
      const screen = await stage.screen();
      const { page } = screen;
      await screen.start('[[say:3000]]');
      await screen.moreWords(10);
      const reached = new Set<string>();
      for (let presses = 0; presses < 30; presses++) {
        await page.keyboard.press('Tab');
        reached.add(
          await page.evaluate(() => {
            const { activeElement } = document;
            return activeElement?.getAttribute('aria-label') ?? activeElement?.textContent ?? '';
          }),
        );
      }
      for (const name of ['New chat', 'Transcript', 'Your message', 'Stop'])
        expect([...reached].some((label) => label.includes(name))).toBe(true);
      expect([...reached].some((label) => label.startsWith('Actions for'))).toBe(true);

      const actions = screen.sidebar.getByRole('button', { name: /^Actions for/ });
      await actions.focus();
      await page.keyboard.press('Enter');
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('menuitem', { name: 'Rename' }).waitFor({ state: 'detached' });
      expect(await actions.evaluate((element) => element === document.activeElement)).toBe(true);
      expect(await screen.messages('streaming').count()).toBe(1);
      await page.keyboard.press('Escape');
      await screen.ended('cancelled');
    },
  );

  scene(
    stage,
    `a chat with ${String(MANY)} messages: few rows in the page, the end and the beginning within reach`,
    async () => {
      const screen = await stage.screen();
      const { page, transcript } = screen;
      const chatId = await screen.start('[[say:4000]]');
      await screen.moreWords(5);
      // They wait in the log while the run goes on; the next run takes all of them.
      const texts = Array.from({ length: MANY }, (_, index) => `[[say:5]] message ${String(index + 1)}`);
      for (let from = 0; from < texts.length; from += 10) {
        await Promise.all(
          texts.slice(from, from + 10).map((text) => screen.post(`/v1/chats/${chatId}/messages`, { text })),
        );
      }
      await screen.stop.click();
      await screen.ended('completed');
      expect(await screen.newestText()).toBe('w1 w2 w3 w4 w5');

      const moving = await stage.screen({ of: screen, reducedMotion: 'no-preference' });
      await moving.open(`/c/${chatId}`);
      await moving.ended('completed');
      await page.reload();
      await screen.ended('completed');
      const rows = transcript.locator('[data-index]');
      const expectFewRows = async (): Promise<void> => {
        expect(await rows.count()).toBeLessThan(150);
        expect(await page.evaluate(() => document.querySelectorAll('*').length)).toBeLessThan(1500);
      };
      await expectFewRows();
      const lastRow = async (): Promise<number> => Number(await rows.last().getAttribute('data-index'));
      expect(await lastRow()).toBeGreaterThan(150);

      await transcript.hover();
      await page.mouse.wheel(0, -5000);
      const jump = page.getByRole('button', { name: 'Jump to latest' });
      await jump.waitFor();
      await expectFewRows();
      await transcript.evaluate((element) => element.scrollTo({ top: 0 }));
      await page.getByRole('button', { name: /^Show \d+ earlier events$/ }).click();
      await page.getByRole('button', { name: /earlier events$/ }).waitFor({ state: 'detached' });
      await transcript.evaluate((element) => element.scrollTo({ top: 0 }));
      await transcript.getByText('[[say:4000]]').waitFor();
      await expectFewRows();
      await jump.click();
      await transcript.locator('[data-phase="completed"]').waitFor();
      await jump.waitFor({ state: 'detached' });
      await expectFewRows();
      expect(await lastRow()).toBeGreaterThan(MANY);
    },
  );
});
