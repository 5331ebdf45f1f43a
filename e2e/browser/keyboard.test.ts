import { describe, expect } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import type { ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

const REFUND = 'I want a refund for order A-1001';
/** No page has more stops than this. */
const MANY_STOPS = 60;

/** One run through the app with keys alone: there is no call of a mouse in this file, and none that moves the focus. */
describe('the keyboard alone', () => {
  const stage = useStage();

  scene(stage, 'create, chat, approve, stop, rename, export; the focus is always somewhere, and seen', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    const keys = page.keyboard;
    await screen.open();

    // Create: the workflow by arrows, the first message by Enter.
    const desk = page.getByRole('radio', { name: 'Support desk' });
    await desk.waitFor();
    await tabTo(page, page.getByRole('radio'));
    await waitFor(
      async () => {
        if (await desk.isChecked()) return true;
        await keys.press('ArrowDown');
        return undefined;
      },
      { what: 'the support desk by arrows', everyMs: 50 },
    );
    await tabTo(page, screen.composer);
    await keys.type(REFUND);
    await keys.press('Enter');
    const chatId = await screen.chatId();

    // Approve.
    await screen.approve.waitFor();
    await tabTo(page, screen.approve);
    await keys.press('Enter');
    await screen.ended();
    await expectSomewhere(page);

    // Chat on, and stop.
    await tabTo(page, screen.composer);
    await keys.type('[[say:3000]]');
    await keys.press('Enter');
    await screen.messages('streaming').waitFor();
    await screen.moreWords(10);
    await keys.press('Escape');
    await screen.ended('cancelled');
    expect(await isFocused(screen.composer)).toBe(true);

    // Rename, by the menu of the chat.
    const menu = page.getByRole('button', { name: 'Chat actions' });
    await openMenu(screen, menu);
    await choose(page, 'Rename');
    const field = page.getByRole('main').getByRole('textbox', { name: /title|rename/i });
    await waitFor(async () => (await isFocused(field)) || undefined, { what: 'the focus in the title' });
    await keys.press('Control+a');
    await keys.type('Known by keys');
    await keys.press('Enter');
    await screen.row('Known by keys').waitFor();
    await expectSomewhere(page);
    expect((await screen.document(chatId)).title).toBe('Known by keys');

    // Export, and the focus is back where the menu was opened.
    await openMenu(screen, menu);
    const download = page.waitForEvent('download');
    await choose(page, 'Export as Markdown');
    expect((await download).suggestedFilename()).toMatch(/\.md$/);
    await expectBack(menu, 'the menu, after the export');

    // What opens can be closed again, and gives the focus back.
    await openMenu(screen, menu);
    await keys.press('Escape');
    await expectBack(menu, 'the menu, closed');
    await openMenu(screen, menu);
    await choose(page, 'Share …');
    await closeDialog(page, page.getByRole('dialog', { name: /^Share/ }));
    await expectBack(menu, 'the link’s dialog');
    for (const [key, dialog] of [
      ['Control+k', 'Commands and chats'],
      ['?', 'Keyboard shortcuts'],
    ] as const) {
      await keys.press(key);
      await closeDialog(page, page.getByRole('dialog', { name: dialog }));
      await expectBack(menu, `the dialog of ${key}`);
    }
    // The run panel by its key, and back.
    await keys.press('Control+.');
    const panel = page.getByRole('complementary', { name: 'Run panel' });
    await panel.waitFor();
    await tabTo(page, panel.getByRole('tab', { selected: true }));
    await keys.press('ArrowRight');
    await panel.getByRole('tab', { name: 'Timeline', selected: true }).waitFor();
    await keys.press('Control+.');
    await panel.waitFor({ state: 'detached' });
    await expectSomewhere(page);
  });

  async function openMenu({ page }: ChatScreen, menu: Locator): Promise<void> {
    if (!(await isFocused(menu))) await tabTo(page, menu);
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Rename' }).waitFor();
  }

  async function choose(page: Page, name: string): Promise<void> {
    const item = page.getByRole('menuitem', { name, exact: true });
    await waitFor(
      async () => {
        if (await isFocused(item)) return true;
        await page.keyboard.press('ArrowDown');
        return undefined;
      },
      { what: `${name} in the menu`, everyMs: 30 },
    );
    await page.keyboard.press('Enter');
  }

  /** The focus is in an open dialog and stays there, and Esc closes it. */
  async function closeDialog(page: Page, dialog: Locator): Promise<void> {
    await dialog.waitFor();
    const inside = async (): Promise<boolean> => dialog.evaluate((element) => element.contains(document.activeElement));
    await waitFor(async () => (await inside()) || undefined, { what: 'the focus in the dialog', withinMs: 5_000 });
    for (let presses = 0; presses < 8; presses++) {
      await page.keyboard.press('Tab');
      expect(await inside()).toBe(true);
    }
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  }

  async function expectBack(control: Locator, from: string): Promise<void> {
    await waitFor(async () => (await isFocused(control)) || undefined, {
      what: `the focus back from ${from}`,
      withinMs: 5_000,
    });
  }

  /** Presses Tab until a control has the focus; each stop on the way can be seen, and has a name. */
  async function tabTo(page: Page, control: Locator): Promise<void> {
    const passed: string[] = [];
    for (let presses = 0; presses < MANY_STOPS; presses++) {
      if (await isFocused(control)) return;
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(stopNow);
      // Past the end of the page the focus is in the browser's own controls.
      if (stop === undefined) continue;
      passed.push(stop.name);
      expect(stop).toEqual({ ...stop, seen: true, named: true });
    }
    throw new Error(`not reached by Tab; passed: ${passed.join(' | ')}`);
  }

  async function expectSomewhere(page: Page): Promise<void> {
    const lost = await page.evaluate(() => document.activeElement === document.body);
    expect(lost).toBe(false);
  }

  async function isFocused(control: Locator): Promise<boolean> {
    const all = await control.evaluateAll((elements) => elements.some((element) => element === document.activeElement));
    return all;
  }
});

interface Stop {
  readonly name: string;
  readonly named: boolean;
  /** Something of it or around it looks different than without the focus. */
  readonly seen: boolean;
}

/** Runs in the page: what has the focus; undefined when nothing of the page has. */
function stopNow(): Stop | undefined {
  const { activeElement: stop } = document;
  if (!(stop instanceof HTMLElement) || stop === document.body) return undefined;
  const name = nameOf(stop);
  const look = (): string => {
    const styles: string[] = [];
    for (let part: Element | null = stop; part !== null && styles.length < 4; part = part.parentElement) {
      const { outline, boxShadow, borderColor, backgroundColor } = getComputedStyle(part);
      styles.push(`${outline} ${boxShadow} ${borderColor} ${backgroundColor}`);
    }
    return styles.join('\n');
  };
  const focused = look();
  stop.blur();
  const resting = look();
  stop.focus({ preventScroll: true });
  return { name: name ?? stop.outerHTML.slice(0, 120), named: name !== undefined, seen: focused !== resting };

  /** As far as a test needs it: axe checks the names. */
  function nameOf(part: HTMLElement): string | undefined {
    const labels = 'labels' in part ? (part as HTMLInputElement).labels : null;
    const texts = [part.getAttribute('aria-label'), part.getAttribute('aria-labelledby'), labels?.[0]?.textContent];
    return [...texts, part.textContent].map((text) => text?.trim().slice(0, 40)).find((text) => Boolean(text));
  }
}
