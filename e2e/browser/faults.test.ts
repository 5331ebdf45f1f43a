import { describe, expect } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import { ScriptedChat } from './scripted-chat.ts';
import { countTo, type ChatScreen } from './screen.ts';
import { scene, useScriptedStage } from './stage.ts';

/** How long a page sleeps, in ms. */
const FROZEN_MS = 3000;

/** Everything that can happen to a page between the log and the eyes, with a log that the test writes word by word. */
describe('what a page makes of a bad line', () => {
  const stage = useScriptedStage();
  let chats = 0;

  /** A page that watches a chat in which an agent has said twenty words. */
  async function watched(harmed = false): Promise<{ screen: ChatScreen; chat: ScriptedChat }> {
    const chat = new ScriptedChat(stage.script.backend, `faults-${String(++chats)}`);
    chat.ask('Count, please');
    chat.begin();
    chat.words(1, 20);
    const screen = await stage.screen({ harmed });
    await screen.open(`/c/${chat.chatId}`);
    await shows(screen, 20);
    return { screen, chat };
  }

  async function shows(screen: ChatScreen, words: number, withinMs = 10_000): Promise<void> {
    await waitFor(async () => ((await screen.newestText()) === countTo(words) ? true : undefined), {
      what: `the words up to w${String(words)}`,
      withinMs,
    });
  }

  /** Ends the answer, and looks whether everything is there once. */
  async function expectWhole(
    { screen, chat }: { screen: ChatScreen; chat: ScriptedChat },
    words: number,
  ): Promise<void> {
    chat.end();
    chat.complete();
    await screen.ended();
    expect(await screen.messages().locator('.prose-chat').allTextContents()).toEqual([countTo(words)]);
    expect(await screen.transcript.getByText('Count, please').count()).toBe(1);
  }

  scene(stage, 'P4: cut in mid-delta, three times', async () => {
    const { screen, chat } = await watched(true);
    for (let from = 21; from <= 60; from += 20) {
      stage.script.backend.cut();
      chat.words(from, from + 9);
      await shows(screen, from + 9);
      chat.words(from + 10, from + 19);
    }
    await shows(screen, 60);
    await expectWhole({ screen, chat }, 60);
  });

  scene(stage, 'P4: a batch that comes three times is shown once', async () => {
    const { screen, chat } = await watched();
    stage.script.backend.faults.copies = 3;
    try {
      chat.words(21, 80);
      await shows(screen, 80);
      await expectWhole({ screen, chat }, 80);
    } finally {
      stage.script.backend.faults.copies = 1;
    }
  });

  scene(stage, 'P4: a hole in the stream is noticed and filled', async () => {
    const { screen, chat } = await watched();
    stage.script.backend.faults.droppedCommits = 5;
    chat.words(21, 40);
    await shows(screen, 40);
    stage.script.backend.faults.droppedCommits = 1;
    await expectWhole({ screen, chat }, 40);
  });

  scene(stage, 'P4: an acknowledgement that takes two seconds holds nothing up', async () => {
    const { screen, chat } = await watched(true);
    stage.script.backend.faults.ackDelayMs = 2000;
    try {
      stage.script.backend.cut();
      chat.words(21, 30);
      await shows(screen, 30);
      chat.words(31, 50);
      await shows(screen, 50);
      await expectWhole({ screen, chat }, 50);
    } finally {
      stage.script.backend.faults.ackDelayMs = 0;
    }
  });

  scene(stage, 'P4: told to go to another gateway, and a position that is gone there', async () => {
    const { screen, chat } = await watched(true);
    stage.script.backend.faults.lostPositions = 1;
    stage.script.backend.bye(10);
    chat.words(21, 30);
    await shows(screen, 30);
    stage.script.backend.reset(chat.chatId);
    chat.words(31, 40);
    await shows(screen, 40);
    await expectWhole({ screen, chat }, 40);
  });

  scene(stage, 'P4: frozen while ten minutes of log go by, it has caught up within a second of waking', async () => {
    const { screen, chat } = await watched(true);
    await screen.page.evaluate(noteWaking, FROZEN_MS);
    const thaw = await freeze(stage.browser);
    const until = performance.now() + FROZEN_MS;
    try {
      stage.script.backend.cut();
      // Ten minutes: twenty answers of thirty seconds, each of 300 words at ten a second.
      chat.words(21, 300);
      chat.end();
      for (let answer = 2; answer <= 20; answer++) {
        chat.begin();
        chat.words(1, 300);
        chat.end();
      }
      chat.begin();
      chat.words(1, 50);
      await waitFor(() => (performance.now() > until ? true : undefined), { what: 'the end of the frost' });
    } finally {
      thaw();
    }
    await shows(screen, 50);
    const { wokenAt, caughtUpAt } = await screen.page.evaluate(() => (window as unknown as { waking: Waking }).waking);
    expect(wokenAt).toBeGreaterThan(0);
    expect(caughtUpAt).toBeGreaterThan(wokenAt);
    expect(caughtUpAt - wokenAt).toBeLessThan(1000);
    chat.end();
    chat.complete();
    await screen.ended();
    const { messages } = await screen.document(chat.chatId);
    expect(messages.filter(({ type }) => type === 'text')).toHaveLength(21);
  });
});

interface Waking {
  wokenAt: number;
  caughtUpAt: number;
}

/** Runs in the page: notes when it wakes from a long frost, and when the newest word is there. */
function noteWaking(frostMs: number): void {
  const waking: Waking = { wokenAt: 0, caughtUpAt: 0 };
  Object.assign(window, { waking });
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    if (now - last > frostMs / 2) waking.wokenAt ||= now;
    last = now;
  }, 10);
  new MutationObserver(() => {
    const texts = [...document.querySelectorAll('article[data-entry="agent"] .prose-chat')];
    if (waking.wokenAt > 0 && texts.at(-1)?.textContent.endsWith(' w50') === true)
      waking.caughtUpAt ||= performance.now();
  }).observe(document.body, { subtree: true, childList: true, characterData: true });
}

/** Stops the processes that draw pages, as a system that sleeps does; gives what wakes them. */
async function freeze(browser: Browser): Promise<() => void> {
  const devtools = await browser.newBrowserCDPSession();
  const { processInfo } = await devtools.send('SystemInfo.getProcessInfo');
  const drawing = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
  expect(drawing.length).toBeGreaterThan(0);
  for (const pid of drawing) process.kill(pid, 'SIGSTOP');
  return () => {
    for (const pid of drawing) process.kill(pid, 'SIGCONT');
  };
}
