import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

const REFUND = 'I want a refund for order A-1001';

/** A file as a picker takes it. */
const note = (name: string, words: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(words) });

const attached = (page: Page, name: string) => page.locator('[data-file="ready"]', { hasText: name });

/** What a person drags over the page and drops, or pastes: only scripts can make one of files. */
async function give(page: Page, how: 'drop' | 'paste', name: string): Promise<void> {
  const data = await page.evaluateHandle((file) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['dropped words'], file, { type: 'text/plain' }));
    return transfer;
  }, name);
  if (how === 'drop') {
    await page.dispatchEvent('main', 'dragenter', { dataTransfer: data });
    await page.getByText('Drop files to attach them').waitFor();
    await page.dispatchEvent('main', 'drop', { dataTransfer: data });
    await page.getByText('Drop files to attach them').waitFor({ state: 'detached' });
  } else {
    await page.getByRole('textbox', { name: 'Your message' }).evaluate((field, clipboardData) => {
      field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    }, data);
  }
}

/** Uploads wait at the door until the function that is returned is called. */
async function holdUploads({ page }: ChatScreen): Promise<() => void> {
  let open = (): void => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  await page.route('**/v1/files?*', async (route) => {
    await opened;
    await route.continue().catch(() => undefined); // it was stopped meanwhile
  });
  return open;
}

describe('what a person says', () => {
  const stage = useStage();

  scene(stage, 'files are picked, pasted and dropped, go up while one writes, and are in the message', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew();
    const letGo = await holdUploads(screen);
    const picker = page.locator('input[type=file]');
    await picker.setInputFiles([note('picked.txt', 'picked words'), note('unwanted.txt', 'no')]);
    await page.getByRole('progressbar', { name: 'Uploading picked.txt' }).waitFor();
    await page.getByRole('button', { name: 'Stop uploading unwanted.txt' }).click();
    await give(page, 'paste', 'pasted.txt');
    await give(page, 'drop', 'dropped.txt');
    await screen.say('Please read these');
    await page.getByText('Sends when 3 files are uploaded').waitFor();
    letGo();
    const chatId = await screen.chatId();
    await screen.ended();
    const { messages } = await screen.document(chatId);
    const said = messages.find((event) => event.type === 'user_message');
    const names = said?.type === 'user_message' ? said.attachments?.map(({ name }) => name) : [];
    expect(names?.toSorted()).toEqual(['dropped.txt', 'pasted.txt', 'picked.txt']);
  });

  scene(stage, 'a file that is too large is refused at once, and one that is up is there after a reload', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew();
    await page.locator('input[type=file]').setInputFiles([note('kept.txt', 'kept'), note('empty.txt', '')]);
    await page.getByText('empty.txt is empty').waitFor();
    await attached(page, 'kept.txt').waitFor();
    await screen.composer.fill('Half a thought');
    await page.reload();
    await attached(page, 'kept.txt').waitFor();
    expect(await screen.composer.inputValue()).toBe('Half a thought');
    await page.getByRole('button', { name: 'Remove kept.txt' }).click();
    await attached(page, 'kept.txt').waitFor({ state: 'detached' });
  });

  scene(stage, 'what is said without a network waits, in order, over a reload, and can be thrown away', async () => {
    const screen = await stage.screen({ harmed: true });
    const { page, context } = screen;
    const chatId = await screen.start('[[say:3]]');
    await screen.ended();
    await context.setOffline(true);
    for (const text of ['[[say:5]] first', 'thrown away', '[[say:7]] second']) await screen.say(text);
    const waiting = page.locator('[data-entry="outbox"]');
    await waiting.filter({ hasText: 'Will be sent when the connection is back' }).nth(2).waitFor();
    await waiting.filter({ hasText: 'thrown away' }).getByRole('button', { name: 'Discard' }).click();
    // The page itself is there again before the service is.
    await page.route('**/v1/chats/*/messages', (route) => route.abort());
    await context.setOffline(false);
    await page.reload();
    await waiting.filter({ hasText: 'second' }).waitFor();
    await page.unroute('**/v1/chats/*/messages');
    // One run answers both when the second is there before the first run begins, else each has its own.
    await screen.transcript.getByText('w1 w2 w3 w4 w5 w6 w7').waitFor();
    const { messages } = await screen.document(chatId);
    const said = messages.flatMap((event) => (event.type === 'user_message' ? [event.text] : []));
    expect(said).toEqual(['[[say:3]]', '[[say:5]] first', '[[say:7]] second']);
    await screen.composer.press('ArrowUp');
    expect(await screen.composer.inputValue()).toBe('[[say:7]] second');
    await screen.composer.press('ArrowDown');
    expect(await screen.composer.inputValue()).toBe('');
  });

  scene(stage, 'while a run is on it says what sending does, and stops the run to send at once', async () => {
    const screen = await stage.screen();
    await screen.start('[[say:3000]]');
    await screen.moreWords(20);
    await screen.composer.fill('[[say:4]] instead');
    await screen.page.getByText('taken up when this run is done').waitFor();
    await screen.page.getByRole('button', { name: 'Stop and send' }).click();
    await screen.ended('cancelled');
    await screen.ended();
    expect(await screen.newestText()).toBe('w1 w2 w3 w4');
  });

  scene(stage, 'P6: who was writing a comment when another device answered can copy it', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start(REFUND, 'Support desk');
    await screen.approve.waitFor();
    await screen.comment.fill('Only because it is you');
    const other = await stage.screen({ of: screen });
    await other.open(`/c/${chatId}`);
    await other.decline.click();
    await screen.transcript.getByText(/^Declined by you/).waitFor();
    await screen.transcript.getByText('Only because it is you').waitFor();
    await screen.page.getByRole('button', { name: 'Copy', exact: true }).first().waitFor();
    await Promise.all([screen.ended(), other.ended()]);
  });
});
