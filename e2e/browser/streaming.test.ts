import { describe, expect } from '@jest/globals';
import { layCable } from '../support/network-cable.ts';
import { Person } from '../support/bare-client.ts';
import { waitFor } from '../support/wait-for.ts';
import { recordingOf } from './recorder.ts';
import { countTo, wordsOf, type ChatScreen } from './screen.ts';
import { scene, useStage } from './stage.ts';

/** About six seconds of text. */
const LONG = 600;

/** One answer on a screen, and everything that may come between it and the person. */
describe('an answer in the browser', () => {
  const stage = useStage({ env: { DEMO_TOKENS_PER_SECOND: '120' } });

  /** Whatever the page showed, at any moment, was the beginning of what is there now: nothing doubled, nothing lost. */
  async function expectOnlyGrowth(screen: ChatScreen): Promise<void> {
    const text = await screen.newestText();
    const { texts } = await recordingOf(screen.page);
    expect(texts.length).toBeGreaterThan(3);
    expect(texts.filter((shown) => !text.startsWith(shown.trimEnd()))).toEqual([]);
  }

  /** The screen, the server and the script say the same. */
  async function expectWhole(screen: ChatScreen, chatId: string, count: number): Promise<void> {
    expect(await screen.newestText()).toBe(countTo(count));
    const { messages } = await screen.document(chatId);
    expect(messages.filter((event) => event.type === 'text').map(({ text }) => text)).toEqual([countTo(count)]);
    expect(await screen.messages().count()).toBe(1);
  }

  scene(stage, 'starts with an example: choose who answers, press, read', async () => {
    const screen = await stage.screen();
    const { page } = screen;
    await screen.open();
    await page.getByRole('heading', { name: 'What shall we work on?' }).waitFor();
    await page.getByText('The demo model is speaking').first().waitFor();
    const picker = page.getByRole('group', { name: 'Who answers' });
    await picker.getByRole('radio', { name: 'Support desk' }).click();
    await page.getByRole('button', { name: 'I want a refund for order A-1001' }).waitFor();
    await picker.getByRole('radio', { name: 'Assistant' }).click();
    await page.getByRole('button', { name: 'How does a chat survive a crash?' }).click();

    const chatId = await screen.chatId();
    await screen.messages('streaming').first().waitFor();
    expect(await screen.messages().first().innerText()).toContain('Assistant');
    await screen.tool('Search docs').waitFor();
    await screen.ended();
    await page.getByText('Where to go from here').waitFor();
    const { messages, title } = await screen.document(chatId);
    const said = messages.filter((event) => event.type === 'text').at(-1)?.text ?? '';
    const letters = (markdown: string): string => markdown.replaceAll(/[^A-Za-z]/g, '');
    expect(letters(await screen.newestText())).toBe(letters(said));
    await page.getByRole('heading', { name: title, level: 1 }).waitFor();
    await screen.row(title).waitFor();
  });

  scene(stage, 'P4: a reload in mid-stream shows the sentence from its beginning, and it goes on', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start(`[[say:${String(LONG)}]]`);
    const before = wordsOf(await screen.moreWords(100)).length;

    await screen.page.reload();
    await screen.messages('streaming').first().waitFor();
    const again = await screen.newestText();
    expect(again.startsWith('w1 w2 w3 ')).toBe(true);
    expect(wordsOf(again).length).toBeGreaterThanOrEqual(before);
    await screen.moreWords(wordsOf(again).length);
    await screen.messages('streaming').first().waitFor();

    await screen.ended();
    await expectOnlyGrowth(screen);
    await expectWhole(screen, chatId, LONG);
  });

  scene(stage, 'P5: a stop in mid-stream is seen within a second, and what was shown stays', async () => {
    const screen = await stage.screen();
    const chatId = await screen.start('[[say:3000]]');
    const shown = await screen.moreWords(60);
    await screen.stop.click();
    await screen.ended('cancelled');

    const { pressedAt = 0, stoppedAt = Infinity } = await recordingOf(screen.page);
    expect(stoppedAt - pressedAt).toBeLessThan(1000);
    await screen.messages('aborted').getByText('Stopped here').waitFor();
    const left = await screen.newestText();
    expect(left.startsWith(shown)).toBe(true);
    await screen.stop.waitFor({ state: 'hidden' });
    const document = await waitFor(
      async () => {
        const found = await screen.document(chatId);
        return found.status === 'idle' ? found : undefined;
      },
      { what: 'the chat at rest' },
    );
    const aborted = document.messages.find((event) => event.type === 'message_aborted');
    expect(aborted).toMatchObject({ reason: 'cancelled', text: left });
    await screen.page.reload();
    await screen.ended('cancelled');
    expect(await screen.newestText()).toBe(left);
  });

  scene(stage, 'P5: Esc stops as well', async () => {
    const screen = await stage.screen();
    await screen.start('[[say:3000]]');
    await screen.moreWords(20);
    await screen.page.keyboard.press('Escape');
    await screen.ended('cancelled');
    await screen.say('[[say:3]]');
    await screen.ended('completed');
    expect(await screen.newestText()).toBe('w1 w2 w3');
  });

  scene(stage, 'P4: without network the run goes on, and the page catches up from its cursor', async () => {
    const cable = await layCable(stage.system.url);
    try {
      const screen = await stage.screen({ url: cable.url, harmed: true });
      const chatId = await screen.start(`[[say:${String(LONG)}]]`);
      const shown = wordsOf(await screen.moreWords(50)).length;
      const cutAt = await screen.page.evaluate(() => performance.now());
      cable.pull();
      await screen.banner.waitFor();
      const { bannerAt = 0 } = await recordingOf(screen.page);
      expect(bannerAt - cutAt).toBeGreaterThan(1900);
      expect(bannerAt - cutAt).toBeLessThan(4000);
      await screen.say('[[echo]] Said without network');
      await screen.page.getByText('Said without network').last().waitFor();

      // The run goes on meanwhile: somebody with a better connection sees it.
      const cookies = await screen.context.cookies();
      const lucky = new Person(stage.system.url, '', { cookie: cookies.map((c) => `${c.name}=${c.value}`).join('; ') });
      await waitFor(
        async () => {
          const { messages } = await lucky.document(chatId);
          return messages.some((event) => event.type === 'text') || undefined;
        },
        { what: 'the end of the answer, without the page', withinMs: 40_000, everyMs: 200 },
      );
      expect(wordsOf(await screen.newestText()).length).toBeLessThan(LONG);

      const frames: string[] = [];
      const reads: string[] = [];
      screen.page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => frames.push(payload.toString())));
      screen.page.on('request', (request) => {
        if (request.method() === 'GET' && request.url().endsWith(`/v1/chats/${chatId}`)) reads.push(request.url());
      });
      cable.plugIn();
      await screen.banner.waitFor({ state: 'hidden' });
      await screen.ended('completed', 1);

      const subscribe = frames.find((frame) => frame.includes('"subscribe"') && frame.includes(chatId));
      expect(subscribe).toMatch(/"cursor":"[^"]+"/);
      expect(reads).toEqual([]);
      const texts = await screen.messages().locator('.prose-chat').allTextContents();
      expect(texts).toEqual([countTo(LONG), 'Said without network']);
      expect(shown).toBeLessThan(LONG);
      const { messages } = await screen.document(chatId);
      expect(messages.filter((event) => event.type === 'user_message')).toHaveLength(2);
    } finally {
      await cable.stop();
    }
  });

  scene(stage, 'P4: kill -9 of the realtime gateway in mid-stream leaves no trace in the text', async () => {
    const screen = await stage.screen({ harmed: true });
    const chatId = await screen.start(`[[say:${String(LONG)}]]`);
    const shown = wordsOf(await screen.moreWords(50)).length;
    stage.system.signal('realtime-gateway', 'SIGKILL');
    await screen.moreWords(shown + 20);
    await screen.ended();
    await expectOnlyGrowth(screen);
    await expectWhole(screen, chatId, LONG);
  });
});
