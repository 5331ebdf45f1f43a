import { AxeBuilder } from '@axe-core/playwright';
import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import { scene, useScriptedStage } from './stage.ts';

const WCAG = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'];
const SMALL = { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true } as const;

async function expectAccessible(page: Page, state: string): Promise<void> {
  const { violations, passes } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const faults = violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${state}: ${id} at ${target.join(' ')}: ${failureSummary ?? ''}`),
  );
  expect(faults).toEqual([]);
  expect(passes.length).toBeGreaterThan(10);
}

async function expectNoSidewaysScroll(page: Page, state: string): Promise<void> {
  const wider = await page.evaluate(() =>
    [...document.querySelectorAll('body, main, main *, [role="dialog"]')]
      .filter((part) => part.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
      .map((part) => `${part.tagName} ${String(part.getAttribute('class'))}`)
      .slice(0, 3),
  );
  expect([state, ...wider]).toEqual([state]);
}

/** What the page knows of the person's choices before anything else. */
async function marks(page: Page): Promise<Record<string, string | undefined>> {
  return page.evaluate(() => {
    const { lang, dataset, classList } = document.documentElement;
    return {
      lang,
      density: dataset['density'],
      motion: dataset['motion'],
      theme: classList.contains('dark') ? 'dark' : 'light',
    };
  });
}

/** Clicks a choice of the settings where a person does: the input itself is see-through and fills its label. */
async function choose(page: Page, name: string): Promise<void> {
  await page
    .locator('label')
    .filter({ has: page.getByRole('radio', { name, exact: true }) })
    .click();
}

/** What stands around the chats: the palette, the help, the settings, the languages. */
describe('the frame of the web app', () => {
  const stage = useScriptedStage();

  for (const colorScheme of ['light', 'dark'] as const) {
    scene(
      stage,
      `settings, palette and help: axe finds nothing, and the keyboard is enough (${colorScheme})`,
      async () => {
        const screen = await stage.screen({ colorScheme });
        const { page } = screen;
        await screen.open('/settings');
        await page.getByRole('radio', { name: 'Compact' }).waitFor();
        await expectAccessible(page, 'settings');

        await page.keyboard.press('Control+k');
        const palette = page.getByRole('dialog', { name: 'Commands and chats' });
        await palette
          .getByRole('option', { name: /New chat/ })
          .first()
          .waitFor();
        await expectAccessible(page, 'palette');
        await page.keyboard.type('inbox');
        await palette.getByRole('option', { name: /Inbox/ }).waitFor();
        await page.keyboard.press('Enter');
        await page.waitForURL(/\/inbox$/);
        const heading = page.getByRole('heading', { level: 1, name: 'Inbox' });
        await heading.waitFor();
        await waitFor(
          async () => (await heading.evaluate((element) => element === document.activeElement)) || undefined,
          { what: 'the focus on the heading' },
        );

        await page.keyboard.press('?');
        const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
        await help.getByText('Send the message').waitFor();
        await expectAccessible(page, 'help');
        await page.keyboard.press('Escape');
        await help.waitFor({ state: 'detached' });
        expect(await heading.evaluate((element) => element === document.activeElement)).toBe(true);
        await page.keyboard.press('g');
        await page.keyboard.press('s');
        await page.waitForURL(/\/settings$/);
        await page.keyboard.press('Control+Shift+O');
        await page.getByRole('heading', { name: 'What shall we work on?' }).waitFor();
        await page.keyboard.press('/');
        await page.keyboard.type('/?');
        expect(await screen.composer.inputValue()).toBe('/?');
      },
    );
  }

  scene(stage, 'settings show at once, in other tabs too, and before the page is painted again', async () => {
    const screen = await stage.screen({ reducedMotion: 'no-preference' });
    const { page } = screen;
    const other = await screen.context.newPage();
    await other.goto(`${screen.url}/settings`);
    await screen.open('/settings');
    await choose(page, 'Dark');
    await choose(page, 'Compact');
    await choose(page, 'Off');
    const chosen = { lang: 'en', density: 'compact', motion: 'off', theme: 'dark' };
    expect(await marks(page)).toEqual(chosen);
    await waitFor(async () => (JSON.stringify(await marks(other)) === JSON.stringify(chosen) ? true : undefined), {
      what: 'the settings in the other tab',
    });
    expect(await other.getByRole('radio', { name: 'Compact' }).isChecked()).toBe(true);

    await page.addInitScript(() => {
      // What the page is marked with when the first part of the app stands on it.
      new MutationObserver((_, observer) => {
        if (document.querySelector('nav, main') === null) return;
        observer.disconnect();
        Object.assign(window, { first: document.documentElement.dataset['density'] });
      }).observe(document, { childList: true, subtree: true });
    });
    await page.reload();
    await page.getByRole('radio', { name: 'Compact' }).waitFor();
    expect(await marks(page)).toEqual(chosen);
    expect(await page.evaluate(() => (window as unknown as { first?: string }).first)).toBe('compact');
  });

  scene(stage, 'German: by the browser, by choice, at once, and after a reload', async () => {
    const screen = await stage.screen({ locale: 'de-DE' });
    const { page } = screen;
    await screen.open();
    await page.getByRole('heading', { name: 'Woran arbeiten wir?' }).waitFor();
    expect((await marks(page))['lang']).toBe('de');
    await screen.open('/settings');
    await choose(page, 'English');
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect(await page.title()).toBe('Settings · Colloquy');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    expect((await marks(page))['lang']).toBe('en');
    await choose(page, 'Deutsch');
    await page.getByRole('heading', { level: 1, name: 'Einstellungen' }).waitFor();
    await expectAccessible(page, 'German settings');
  });

  scene(stage, '320 px: nothing sticks out, and everything is within reach of a thumb', async () => {
    const screen = await stage.screen(SMALL);
    const { page } = screen;
    await screen.open();
    await page.getByRole('heading', { name: 'What shall we work on?' }).waitFor();
    await expectNoSidewaysScroll(page, 'new chat');
    await screen.open('/settings');
    const compact = page.getByRole('radio', { name: 'Compact' });
    await compact.waitFor();
    await expectNoSidewaysScroll(page, 'settings');
    expect((await compact.boundingBox())?.height ?? 0).toBeGreaterThanOrEqual(40);
    await expectAccessible(page, 'settings on a small phone');
    await page.keyboard.press('Control+k');
    await page.getByRole('option', { name: /Usage/ }).waitFor();
    await expectNoSidewaysScroll(page, 'palette');
  });
});
