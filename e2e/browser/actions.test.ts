import { describe, expect } from '@jest/globals';
import type { Locator } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import { countTo, type ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

/** What can be done with what was said: changed, answered again, looked at as it was, taken elsewhere, found. */
describe('the actions of a chat in the browser', () => {
  const stage = useStage();

  const userMessage = ({ transcript }: ChatScreen, text: string): Locator =>
    transcript.locator('article[data-entry="user"]').filter({ hasText: text });

  /** A button of a message; the mouse comes near first, as a person's does. */
  async function press(message: Locator, name: string): Promise<void> {
    await message.hover();
    await message.getByRole('button', { name, exact: true }).click();
  }

  async function choose(screen: ChatScreen, message: Locator, name: string | RegExp): Promise<void> {
    await press(message, 'More');
    await screen.page.getByRole('menuitem', { name }).click();
  }

  scene(stage, 'P8: a message is changed and answered again; what was said before is there to be read', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start('First try [[say:4]]');
    await screen.ended();
    await press(userMessage(screen, 'First try'), 'Edit');
    const field = screen.page.getByRole('textbox', { name: 'Change your message' });
    await field.fill('Second try [[say:6]]');
    await field.press('Control+Enter');
    await screen.messages().getByText(countTo(6)).waitFor();
    await screen.ended();
    await userMessage(screen, 'First try').waitFor({ state: 'detached' });

    // Another answer to the same words.
    await press(screen.messages().last(), 'Answer again');
    const versions = screen.transcript.getByRole('group', { name: 'Versions of this message' });
    await versions.getByText('3 of 3').waitFor();
    await screen.messages().getByText(countTo(6)).waitFor();
    await screen.ended();

    // The first one, as it was; nothing can be said in it.
    await versions.getByRole('button', { name: 'Older version' }).click();
    await screen.page.getByText('You are looking at an older version (2 of 3).').waitFor();
    await screen.transcript.getByText('2 of 3').waitFor();
    await versions.getByRole('button', { name: 'Older version' }).click();
    await userMessage(screen, 'First try').waitFor();
    await screen.messages().getByText(countTo(4), { exact: true }).waitFor();
    expect(await screen.composer.count()).toBe(0);
    expect(await userMessage(screen, 'First try').getByRole('button', { name: 'Edit' }).count()).toBe(0);

    // Going on from there is another chat; this one stays as it is.
    await screen.page.getByRole('button', { name: 'Go on from this one in a new chat' }).click();
    await screen.page.waitForURL((url) => !url.pathname.endsWith(chatId));
    await userMessage(screen, 'First try').waitFor();
    await screen.transcript.getByText('Goes on from').waitFor();
    await screen.say('And on [[say:3]]');
    await screen.messages().getByText(countTo(3), { exact: true }).waitFor();
    await screen.transcript.getByRole('link').first().click();
    await screen.page.waitForURL((url) => url.pathname.endsWith(chatId));
    await userMessage(screen, 'Second try').waitFor();
  });

  scene(stage, 'a message is quoted, linked to, found by search, and copied to a new chat', async () => {
    const screen = await stage.screen();
    await screen.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const chatId = await screen.start('Where is the harbour? [[say:300]]');
    await screen.ended();
    for (const [index, text] of ['Mind the harbour [[say:400]]', 'What else? [[say:400]]'].entries()) {
      await screen.say(text);
      await answered(screen, chatId, index + 2);
    }

    // Search: the newest place first, round at the ends, and the focus comes back.
    await screen.composer.focus();
    await screen.page.keyboard.press('Control+Shift+F');
    const search = screen.page.getByRole('searchbox', { name: 'Search in this chat' });
    await search.fill('HARBOUR');
    const bar = screen.page.getByRole('search');
    await bar.getByText('2 of 2').waitFor();
    await userMessage(screen, 'Mind the harbour').waitFor();
    await search.press('Enter');
    await bar.getByText('1 of 2').waitFor();
    const first = userMessage(screen, 'Where is the harbour?');
    await waitFor(async () => (await isInView(first)) || undefined, { what: 'the hit in view', withinMs: 10_000 });
    const marked = await screen.page.evaluate(() => [...CSS.highlights.keys()].sort());
    expect(marked).toContain('chat-search-current');
    await search.press('Escape');
    await search.waitFor({ state: 'detached' });
    expect(await screen.composer.evaluate((field) => field === document.activeElement)).toBe(true);
    expect(await screen.page.evaluate(() => CSS.highlights.size)).toBe(0);

    await choose(screen, first, 'Quote in my message');
    expect(await screen.composer.inputValue()).toContain('> Where is the harbour?');

    await choose(screen, first, 'Copy link to this message');
    const link = await screen.page.evaluate(() => navigator.clipboard.readText());
    expect(link).toContain(`/c/${chatId}#m-`);
    const other = await stage.screen({ of: screen, url: link });
    await other.open('');
    const linked = userMessage(other, 'Where is the harbour?');
    await waitFor(async () => (await isInView(linked)) || undefined, { what: 'the linked message', withinMs: 20_000 });

    await choose(other, other.messages().first(), /^New chat from here/);
    await other.page.waitForURL((url) => !url.pathname.endsWith(chatId));
    await linked.waitFor();
    await other.messages().first().waitFor();
    expect(await userMessage(other, 'Mind the harbour').count()).toBe(0);
  });

  /** Waits until so many runs are done; not all of their ends need to be drawn. */
  async function answered(screen: ChatScreen, chatId: string, runs: number): Promise<void> {
    const done = async (): Promise<true | undefined> => {
      const { messages } = await screen.document(chatId);
      return messages.filter(({ type }) => type === 'run_completed').length >= runs || undefined;
    };
    await waitFor(done, { what: `${String(runs)} answers`, withinMs: 60_000, everyMs: 250 });
  }

  /** Whether something can be seen, now. */
  async function isInView(message: Locator): Promise<boolean> {
    const box = await message.boundingBox({ timeout: 1_000 }).catch(() => null);
    return box !== null && box.y > 0 && box.y < 760;
  }
});
