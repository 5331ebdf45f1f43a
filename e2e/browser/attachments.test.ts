import { describe, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import { scene, useStage } from './stage.ts';

const KIB = 1024;
/** What the slow line carries, bytes a second. */
const LINE = 256 * KIB;

const file = (name: string, size: number) => ({ name, mimeType: 'text/plain', buffer: Buffer.alloc(size, 'words ') });

const picked = (page: Page) => page.locator('input[type=file]');
const chip = (page: Page, state: 'uploading' | 'ready' | 'failed', name: string) =>
  page.locator(`[data-file="${state}"]`, { hasText: name });

/** A line that carries so much up, by the browser itself: the bytes really take their time. Returns what ends it. */
async function slowLine(page: Page): Promise<() => Promise<void>> {
  const devtools = await page.context().newCDPSession(page);
  const free = { offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: -1 };
  await devtools.send('Network.enable');
  await devtools.send('Network.emulateNetworkConditions', { ...free, uploadThroughput: LINE });
  return async () => {
    await devtools.send('Network.emulateNetworkConditions', free);
  };
}

async function percentOf(page: Page, name: string): Promise<number> {
  const now = await page.getByRole('progressbar', { name: `Uploading ${name}` }).getAttribute('aria-valuenow');
  return Number(now);
}

describe('files of a message', () => {
  const stage = useStage();

  scene(stage, 'a file says how far it is on a slow line, and one that is stopped leaves nothing', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew();
    const fast = await slowLine(page);
    await picked(page).setInputFiles([file('long.txt', 700 * KIB), file('unwanted.txt', 5000 * KIB)]);
    await page.waitForFunction(() => {
      const bar = document.querySelector('[role=progressbar][aria-label="Uploading long.txt"]');
      const now = Number(bar?.getAttribute('aria-valuenow'));
      return now > 0 && now < 100;
    });
    const before = await percentOf(page, 'long.txt');
    expect(before).toBeLessThan(100);
    await page.getByRole('button', { name: 'Stop uploading unwanted.txt' }).click();
    await chip(page, 'uploading', 'unwanted.txt').waitFor({ state: 'detached' });
    await fast();
    await chip(page, 'ready', 'long.txt').waitFor();
    await screen.say('Read this');
    const { messages } = await screen.document(await screen.chatId());
    const said = messages.find((event) => event.type === 'user_message');
    expect(said).toMatchObject({ attachments: [{ name: 'long.txt', size: 700 * KIB }] });
  });

  scene(
    stage,
    'a file that is cut off goes up again by itself, and is asked about when the line stays away',
    async () => {
      const screen = await stage.screen({ harmed: true });
      const { page } = screen;
      await screen.openNew();
      let cuts = 1;
      await page.route('**/v1/files?*', async (route) => {
        cuts -= 1;
        await (cuts >= 0 ? route.abort('connectionreset') : route.continue());
      });
      await picked(page).setInputFiles([file('again.txt', 10)]);
      await chip(page, 'ready', 'again.txt').waitFor();
      expect(cuts).toBe(-1);
      cuts = 3;
      await picked(page).setInputFiles([file('asked.txt', 10)]);
      await chip(page, 'failed', 'asked.txt').waitFor();
      await page.getByRole('button', { name: 'Try again' }).click();
      await chip(page, 'ready', 'asked.txt').waitFor();
      await page.reload();
      // What is up is there again, and goes with the message.
      for (const name of ['again.txt', 'asked.txt']) await chip(page, 'ready', name).waitFor();
      await screen.say('Read these');
      const { messages } = await screen.document(await screen.chatId());
      const said = messages.find((event) => event.type === 'user_message');
      expect(said?.type === 'user_message' ? said.attachments?.length : 0).toBe(2);
    },
  );

  scene(stage, 'what is too large or of a wrong kind is said before a byte goes up', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew();
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().includes('/v1/files?')) sent.push(request.url());
    });
    const film = { name: 'film.mp4', mimeType: 'video/mp4', buffer: Buffer.from('film') };
    await picked(page).setInputFiles([file('large.txt', 10 * KIB * KIB + 1), film]);
    const refused = page.getByRole('alert').filter({ hasText: 'large.txt' });
    await refused.getByText(/large\.txt is too large: a file can have 10 .+ at most/).waitFor();
    await refused.getByText(/film\.mp4 is of a kind that is not taken/).waitFor();
    expect(sent).toEqual([]);
  });

  scene(stage, 'whoever has the link of a chat gets its file, and nothing once it is withdrawn', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.openNew();
    await picked(page).setInputFiles([file('shared.txt', 60)]);
    await chip(page, 'ready', 'shared.txt').waitFor();
    await screen.say('[[say:3]]');
    const chatId = await screen.chatId();
    await screen.ended();
    const share = (method: 'POST' | 'DELETE') =>
      page.evaluate(
        async ({ path, how }) => {
          const answer = await fetch(path, { method: how });
          if (!answer.ok) throw new Error(`${how} ${path}: ${String(answer.status)}`);
          return (await answer.json()) as { shareId?: string };
        },
        { path: `/v1/chats/${chatId}/share`, how: method },
      );
    const { shareId = '' } = await share('POST');
    const stranger = await stage.screen({ harmed: true });
    const url = `${stage.system.url}/v1/shared/${shareId}`;
    const status = async (path: string): Promise<number> => (await stranger.page.request.get(`${url}${path}`)).status();
    // MongoDB has the link a moment later.
    await waitFor(async () => (await status('')) === 200, { what: 'the link', withinMs: 20_000 });
    await stranger.page.goto(`${stage.system.url}/s/${shareId}`);
    await stranger.page.getByText('shared.txt').first().waitFor();
    const { messages } = await screen.document(chatId);
    const said = messages.find((event) => event.type === 'user_message');
    const fileId = said?.type === 'user_message' ? (said.attachments?.[0]?.fileId ?? '') : '';
    expect(await status(`/files/${fileId}`)).toBe(200);
    await share('DELETE');
    await waitFor(async () => (await status(`/files/${fileId}`)) === 404, { what: 'the end of it', withinMs: 5000 });
    await stranger.page.reload();
    await stranger.page.getByRole('heading', { name: 'This link shows nothing any more' }).waitFor();
  });
});
