import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedChat } from './scripted-chat.ts';
import { scene, useScriptedStage } from './stage.ts';

/** What keeps files of the app from a page. */
interface Fault {
  /** Text in the files that do not come; all of them when it is empty. */
  readonly mark?: string;
  /** The line is cut, or the server has no such file any more, as after a deploy. */
  readonly how: 'cut' | 'gone';
}

/** Keeps files of the app from the page while `fault` says so; counts how often one was asked for in vain. */
async function harm(page: Page): Promise<{ fault: Fault | undefined; refused: number }> {
  const state: { fault: Fault | undefined; refused: number } = { fault: undefined, refused: 0 };
  await page.route('**/_next/static/chunks/*.js', async (route) => {
    const { fault } = state;
    if (fault === undefined) return route.continue();
    const { mark = '', how } = fault;
    if (mark !== '') {
      // Also who only asks whether the file is there is told about the same one.
      const file = await route.fetch({ method: 'GET' });
      if (!(await file.text()).includes(mark)) return route.fulfill({ response: file });
    }
    state.refused++;
    return how === 'cut' ? route.abort() : route.fulfill({ status: 404, body: 'no such file' });
  });
  return state;
}

/** Parts of the app that come later, when they do not come. */
describe('a part of the app whose code does not come', () => {
  const stage = useScriptedStage();

  scene(stage, 'says so where it would be, or in a message, and comes when it is asked for again', async () => {
    const chat = new ScriptedChat(stage.script.backend, 'chunks');
    chat.ask('Hello');
    chat.begin();
    chat.words(1, 5);
    chat.end();
    chat.complete();
    const screen = await stage.screen({ harmed: true });
    const { page } = screen;
    const line = await harm(page);
    await screen.open(`/c/${chat.chatId}`);
    const menu = page.getByRole('button', { name: 'Chat actions' });
    await menu.waitFor();
    await page.waitForLoadState('networkidle');
    line.fault = { how: 'cut' };
    await menu.click();
    await page.getByRole('status').getByText('This could not be loaded.').waitFor();
    line.fault = undefined;
    await menu.click();
    await page.getByRole('menu').waitFor();
    await page.keyboard.press('Escape');

    line.fault = { how: 'cut', mark: 'requestPermission' };
    await page.getByRole('link', { name: 'Settings' }).click();
    const missing = page.getByRole('main').getByRole('status').filter({ hasText: 'This could not be loaded.' });
    await missing.waitFor();
    // All else on the page is there.
    await page.getByRole('radio', { name: 'Compact' }).waitFor();
    line.fault = undefined;
    await missing.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('switch', { name: 'Tell me when I look elsewhere' }).waitFor();
    expect(await missing.count()).toBe(0);
  });

  scene(stage, 'is gone after a deploy: the page offers to reload, and what was written is kept', async () => {
    const screen = await stage.screen({ harmed: true });
    const { page } = screen;
    const line = await harm(page);
    await screen.open();
    await screen.composer.fill('Half a thought');
    await page.waitForLoadState('networkidle');
    line.fault = { how: 'gone' };
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'There is a newer version of the app' }).waitFor();
    line.fault = undefined;
    await page.getByRole('button', { name: 'Reload' }).click();
    await page.getByRole('heading', { level: 1, name: 'Settings' }).waitFor();
    await page.getByRole('link', { name: 'New chat' }).first().click();
    await waitFor(async () => (await screen.composer.inputValue()) === 'Half a thought' || undefined, {
      what: 'the draft',
    });
  });

  scene(
    stage,
    'has its words in English while the German ones do not come, and asks for them with measure',
    async () => {
      const screen = await stage.screen({ harmed: true, locale: 'de-DE' });
      const { page } = screen;
      const line = await harm(page);
      await screen.open();
      await page.getByRole('heading', { name: 'Woran arbeiten wir?' }).waitFor();
      await page.waitForLoadState('networkidle');
      line.fault = { how: 'cut', mark: 'Wie eng alles beieinander steht' };
      await page.getByRole('link', { name: 'Einstellungen' }).click();
      await page.getByRole('radio', { name: 'Compact' }).waitFor();
      // Three tries, each of which the bundler makes two, and what was asked for once more when the part came.
      expect(line.refused).toBeLessThan(15);
      line.fault = undefined;
      await page.evaluate(() => window.dispatchEvent(new Event('online')));
      await page.getByRole('radio', { name: 'Kompakt' }).waitFor();
    },
  );
});
