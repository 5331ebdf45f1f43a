/**
 * The states of the web app that are looked at: by axe, and as pictures. They are played on a scripted backend, with times
 * and ids of their own and a clock that stands still, so that each looks the same whenever and wherever it is drawn.
 */
import type { ScriptedSettings } from '@colloquy/testing/scripted-backend';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { waitFor } from '../support/wait-for.ts';
import type { ChatScreen } from './screen.ts';
import type { Stage } from './stage.ts';
import { CARDS, NOW, USAGE } from './state-cards.ts';
import { SHARE_ID, writeStateChats, type StateChats } from './state-chats.ts';

/** One state of the app. */
export interface AppState {
  readonly name: string;
  /** Where it is. */
  readonly path: (chats: StateChats) => string;
  /** Does what leads there, and waits until it is there. */
  readonly play: (screen: ChatScreen) => Promise<void>;
  /** True when there is a picture of it. */
  readonly pictured: boolean;
}

/** How wide the pages are, in CSS pixels: a desktop and a phone. */
export const WIDTHS = [1280, 390] as const;

/** The colours of the app. */
export const SCHEMES = ['light', 'dark'] as const;

/** What the scripted backend of the states says besides chats. */
export const STATE_SETTINGS: ScriptedSettings = { workflows: CARDS, usage: USAGE };

const pictured = true;

/** Every state. Those of which there is a picture come first. */
export const STATES: readonly AppState[] = [
  {
    name: 'new-chat',
    path: () => '/?workflow=support-desk',
    play: ({ page }) => page.getByRole('button', { name: /^I was charged twice/ }).waitFor(),
    pictured,
  },
  {
    name: 'streaming',
    path: ({ streaming }) => `/c/${streaming.chatId}`,
    play: async (screen) => {
      await screen.messages('streaming').getByText('Only one process').waitFor();
      await screen.messages('streaming').getByText('before').waitFor();
    },
    pictured,
  },
  {
    name: 'tools',
    path: ({ tools }) => `/c/${tools.chatId}`,
    play: async (screen) => {
      await screen.tool('Ask the bank').getByText('did not answer').waitFor();
      await screen.tool('Read payment log').waitFor();
    },
    pictured,
  },
  {
    name: 'approval',
    path: ({ approval }) => `/c/${approval.chatId}`,
    play: ({ approve }) => approve.waitFor(),
    pictured,
  },
  {
    name: 'form',
    path: ({ form }) => `/c/${form.chatId}`,
    play: ({ page }) => page.getByRole('textbox', { name: 'How many agents' }).waitFor(),
    pictured,
  },
  {
    name: 'failed',
    path: ({ failed }) => `/c/${failed.chatId}`,
    play: ({ page }) => page.getByRole('button', { name: 'Try again' }).waitFor(),
    pictured,
  },
  {
    name: 'rich-text',
    path: ({ rich }) => `/c/${rich.chatId}`,
    play: async ({ page, transcript }) => {
      await transcript.locator('.katex').first().waitFor();
      await transcript.locator('pre .hljs-keyword, pre [class*="hljs"]').first().waitFor();
      await page.getByText('Nothing is said twice').waitFor();
    },
    pictured,
  },
  {
    name: 'unread',
    path: ({ unread }) => `/c/${unread.chatId}`,
    play: async ({ page }) => {
      await page.getByRole('button', { name: /messages since you looked/ }).click();
      await page.getByText('New since you looked').waitFor();
      await page.getByRole('button', { name: 'Jump to latest' }).waitFor();
    },
    pictured,
  },
  {
    name: 'panel',
    path: ({ streaming }) => `/c/${streaming.chatId}?panel=agents`,
    play: async (screen) => {
      await screen.page
        .getByRole('list', { name: 'Agents of this run' })
        .getByText('Reader', { exact: true })
        .waitFor();
      // On a phone it is a sheet, which has given the focus to its first button.
      if (isPhone(screen.page)) await screen.page.getByRole('heading', { name: 'Run panel' }).click();
    },
    pictured,
  },
  {
    name: 'inbox',
    path: () => '/inbox',
    play: async ({ page, approve }) => {
      await approve.waitFor();
      await page.getByRole('textbox', { name: 'How many agents' }).waitFor();
    },
    pictured,
  },
  {
    name: 'usage',
    path: () => '/usage',
    play: ({ page }) => page.getByText('gpt-5.2-mini').first().waitFor(),
    pictured,
  },
  {
    name: 'palette',
    path: ({ older }) => `/c/${older.chatId}`,
    play: async ({ page, transcript }) => {
      await transcript.getByText('Because a reader').waitFor();
      await openPalette(page);
    },
    pictured,
  },
  {
    name: 'timeline',
    path: ({ streaming }) => `/c/${streaming.chatId}?panel=timeline`,
    play: ({ page }) => page.getByRole('button', { name: /Planner: Speaking/ }).waitFor(),
    pictured: false,
  },
  {
    name: 'gallery',
    path: () => '/workflows',
    play: ({ page }) => page.getByRole('button', { name: 'Start a chat with Research team' }).waitFor(),
    pictured: false,
  },
  {
    name: 'settings',
    path: () => '/settings',
    play: ({ page }) => page.getByRole('radio', { name: 'Compact' }).waitFor(),
    pictured: false,
  },
  {
    name: 'shared',
    path: () => `/s/${SHARE_ID}`,
    play: ({ transcript }) => transcript.getByText('Up to 50').waitFor(),
    pictured: false,
  },
  {
    name: 'nothing-found',
    path: () => '/',
    play: async ({ page }) => {
      if (isPhone(page)) await page.getByRole('button', { name: 'Open the list of chats' }).click();
      await page.getByRole('searchbox', { name: /chats/i }).fill('no such chat');
      await page.getByText('in its title or its last message').waitFor();
    },
    pictured: false,
  },
  {
    name: 'stopped',
    path: ({ stopped }) => `/c/${stopped.chatId}`,
    play: (screen) => screen.ended('cancelled'),
    pictured: false,
  },
  {
    name: 'offline',
    path: ({ older }) => `/c/${older.chatId}`,
    play: async ({ page, transcript, banner }) => {
      await transcript.getByText('Because a reader').waitFor();
      await page.context().setOffline(true);
      await page.evaluate(() => window.dispatchEvent(new Event('offline')));
      await banner.waitFor();
    },
    pictured: false,
  },
];

/** Writes the chats of the states; once for a stage. */
export function writeStates(stage: Stage): StateChats {
  return writeStateChats(stage.script.backend);
}

/** The device on which states are shown: everything about it that could change from place to place is said. */
export function deviceOf(width: (typeof WIDTHS)[number], deviceScaleFactor = 1): BrowserContextOptions {
  return {
    ...(width === 390 ? { isMobile: true, hasTouch: true } : {}),
    viewport: { width, height: width === 390 ? 844 : 800 },
    ...{ deviceScaleFactor, locale: 'en-GB', timezoneId: 'UTC', reducedMotion: 'reduce' },
  };
}

/** A page on which states can be shown, one after the other. It does not mind to be cut off. */
export async function openPageOf(stage: Stage, width: (typeof WIDTHS)[number]): Promise<ChatScreen> {
  const screen = await stage.screen({ ...deviceOf(width), harmed: true });
  await screen.page.clock.setFixedTime(NOW);
  return screen;
}

/** Shows a state: the page is loaded anew, and stands still when this returns. */
export async function showState(screen: ChatScreen, state: AppState, chats: StateChats): Promise<void> {
  await screen.context.setOffline(false);
  await screen.page.emulateMedia({ colorScheme: 'light' });
  await screen.open(state.path(chats));
  await state.play(screen);
  await screen.page.evaluate(standStill, STILL_MS);
}

/** The same in other colours. */
export async function recolour({ page }: ChatScreen, colorScheme: (typeof SCHEMES)[number]): Promise<void> {
  await page.emulateMedia({ colorScheme });
  const wanted = colorScheme === 'dark';
  await page.waitForFunction((dark) => document.documentElement.classList.contains('dark') === dark, wanted);
  await page.evaluate(standStill, 0);
}

/** For so long nothing may have changed. */
const STILL_MS = 250;

/** Runs in the page: waits until its fonts are there and nothing of it has changed for a while. */
async function standStill(ms: number): Promise<void> {
  await document.fonts.ready;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      observer.disconnect();
      requestAnimationFrame(() => requestAnimationFrame(() => resolve()));
    };
    let timer = setTimeout(done, ms);
    const observer = new MutationObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(done, ms);
    });
    observer.observe(document.documentElement, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    });
  });
}

async function openPalette(page: Page): Promise<void> {
  const palette = page.getByRole('dialog', { name: 'Commands and chats' });
  // The keys come a moment after the page is shown.
  await waitFor(
    async () => {
      if ((await palette.count()) === 0) await page.keyboard.press('Control+k');
      await palette.waitFor({ timeout: 1_000 });
      return true;
    },
    { what: 'the palette by its key', everyMs: 100 },
  );
  await palette
    .getByRole('option', { name: /New chat/ })
    .first()
    .waitFor();
}

function isPhone(page: Page): boolean {
  return (page.viewportSize()?.width ?? 0) < 500;
}
