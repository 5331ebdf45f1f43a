import { describe, expect } from '@jest/globals';
import { waitFor } from '../support/wait-for.ts';
import type { ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

const REFUND = 'I want a refund for order A-1001';

/** The list of chats, the inbox and links, as a person uses them. */
describe('the list of chats in the browser', () => {
  const stage = useStage();

  /** The titles in the list that are drawn. */
  async function titles(screen: ChatScreen): Promise<string[]> {
    return screen.sidebar
      .locator('a[data-row] [title]')
      .evaluateAll((all) => all.filter((one) => one.classList.contains('truncate')).map((one) => one.textContent));
  }

  scene(stage, 'by keyboard alone: go through it, rename, pin, delete and bring back', async () => {
    const screen = await stage.screen();
    // One after the other: a chat whose run ends comes to the top of the list.
    for (const name of ['Ash', 'Birch', 'Cedar']) {
      await screen.start(`[[echo]] ${name}`);
      await screen.ended();
      await screen.row(name).waitFor();
    }
    await screen.open();
    const keys = screen.page.keyboard;
    const focused = screen.page.locator('a[data-row]:focus');
    await screen.row('Cedar').waitFor();
    await screen.page.getByRole('searchbox', { name: 'Search chats' }).focus();
    await keys.press('ArrowDown');
    await focused.getByText('Cedar').first().waitFor();
    await keys.press('End');
    await focused.getByText('Ash').first().waitFor();
    await keys.press('F2');
    await screen.page.getByRole('textbox', { name: 'New title' }).waitFor();
    await keys.type('Elm');
    await keys.press('Enter');
    await focused.getByText('Elm').waitFor();

    await keys.press('Tab');
    await keys.press('Enter');
    await screen.page.getByRole('menuitem', { name: 'Pin' }).waitFor();
    await keys.press('p'); // menus are gone through by first letters, too
    // The focus comes a moment after the letter.
    const focusedItem = screen.page.locator('[role="menuitem"]:focus');
    await focusedItem.getByText('Pin', { exact: true }).waitFor();
    await keys.press('Enter');
    await screen.sidebar.getByRole('region', { name: 'Pinned' }).getByText('Elm').waitFor();

    await screen.row('Birch').getByRole('link').focus();
    await keys.press('Delete');
    await screen.page.getByRole('dialog', { name: 'Delete this chat?' }).waitFor();
    await keys.press('Enter');
    await screen.row('Birch').waitFor({ state: 'detached' });
    await focused.waitFor();
    await keys.press('Control+z');
    await screen.row('Birch').waitFor();
    await screen.page.reload();
    await screen.row('Birch').waitFor();
    await screen.sidebar.getByRole('region', { name: 'Pinned' }).getByText('Elm').waitFor();
  });

  scene(stage, 'finds by the server, and pages by itself: 120 chats, each once', async () => {
    const screen = await stage.screen();
    await screen.open();
    await screen.page.getByRole('heading', { level: 1 }).waitFor();
    for (let n = 1; n <= 120; n++) await start(screen, `[[echo]] Tree ${String(n).padStart(3, '0')}`);
    await screen.page.reload();
    await screen.row('Tree 120').waitFor();
    const seen = new Set<string>();
    await screen.sidebar.locator('a[data-row]').first().focus();
    await waitFor(
      async () => {
        const shown = await titles(screen);
        expect(new Set(shown).size).toBe(shown.length);
        for (const title of shown) seen.add(title);
        await screen.page.keyboard.press('PageDown');
        return seen.size >= 120 || undefined;
      },
      { what: 'all chats', withinMs: 60_000, everyMs: 50 },
    );
    expect(await screen.sidebar.locator('a[data-row]').count()).toBeLessThan(60);

    await screen.page.getByRole('searchbox', { name: 'Search chats' }).fill('tree 00');
    await screen.row('Tree 023').waitFor({ state: 'detached' });
    await screen.row('Tree 009').waitFor();
    await waitFor(async () => (await titles(screen)).length === 9 || undefined, { what: 'nine trees, no more' });
    await screen.page.getByRole('searchbox', { name: 'Search chats' }).fill('no such tree');
    await screen.sidebar.getByText('No chat has “no such tree”').waitFor();
  });

  scene(stage, 'a link shows the chat to somebody without a token, until it is withdrawn', async () => {
    const screen = await stage.screen();
    await screen.start('[[echo]] Shared words');
    await screen.ended();
    await screen.row(/shared words/i).hover();
    await screen.page
      .getByRole('button', { name: /^Actions for/ })
      .first()
      .click();
    await screen.page.getByRole('menuitem', { name: 'Share …' }).click();
    await screen.page.getByRole('button', { name: 'Make a link' }).click();
    const url = await screen.page.getByRole('textbox', { name: 'Link' }).inputValue();
    const other = await stage.screen({ harmed: true });
    const page = await other.page.goto(url);
    expect(page?.headers()['x-robots-tag']).toContain('noindex');
    await other.transcript.getByText('Shared words').first().waitFor();
    expect(await other.page.getByRole('textbox').count()).toBe(0);
    expect(await other.context.cookies()).toEqual([]);

    await screen.page.getByRole('button', { name: 'Withdraw the link' }).click();
    await screen.page.getByRole('button', { name: 'Make a link' }).waitFor();
    await waitFor(
      async () => {
        await other.page.reload();
        await other.page
          .getByText(/This link shows nothing|Shared chat, read only/)
          .first()
          .waitFor();
        return (await other.page.getByText('This link shows nothing').count()) > 0 || undefined;
      },
      { what: 'the withdrawn link', withinMs: 30_000, everyMs: 500 },
    );
  });

  scene(stage, 'what waits is in the inbox and on the tab, and goes when another device answers', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start(REFUND, 'Support desk');
    await screen.approve.waitFor();
    const other = await stage.screen({ of: screen });
    await other.open('/inbox');
    const question = other.page.getByRole('region', { name: /refund/i });
    await question.getByRole('button', { name: 'Approve' }).waitFor();
    await other.page.waitForFunction(() => document.title.startsWith('(1) '));
    await screen.approve.click();
    await other.page.getByText('Nothing waits for you').waitFor();
    await other.page.waitForFunction(() => !document.title.startsWith('('));
    await screen.ended();
    const { messages } = await screen.document(chatId);
    expect(messages.filter((event) => event.type === 'input_response')).toHaveLength(1);
  });

  /** Starts a chat past the screen; who has not been here becomes a guest. */
  async function start(screen: ChatScreen, message: string): Promise<void> {
    if ((await screen.context.cookies()).length === 0) {
      await screen.open();
      await waitFor(async () => (await screen.context.cookies()).length > 0 || undefined, {
        what: 'a guest',
        withinMs: 20_000,
        everyMs: 50,
      });
    }
    await screen.post('/v1/chats', { workflow: 'assistant', message });
  }
});
