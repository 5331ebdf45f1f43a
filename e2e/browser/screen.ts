import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { ChatDocument } from '@colloquy/contracts';
import { waitFor } from '../support/wait-for.ts';

const CHAT_URL = /\/c\/([A-Za-z0-9_-]{16,64})$/;

/** One page of one person: what is on it, by the names and roles that a person meets, and what can be done. */
export class ChatScreen {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly url: string;
  /** What the page complained about: errors of its scripts, and what it wrote to the console as an error. */
  readonly complaints: string[] = [];
  readonly transcript: Locator;
  readonly composer: Locator;
  readonly stop: Locator;
  readonly approve: Locator;
  readonly decline: Locator;
  readonly comment: Locator;
  readonly handoff: Locator;
  readonly banner: Locator;
  readonly sidebar: Locator;

  constructor(page: Page, url: string) {
    this.page = page;
    this.context = page.context();
    this.url = url;
    page.on('pageerror', (error) => this.complaints.push(String(error)));
    page.on('console', (message) => {
      // Who is here for the first time has no token yet; the app asks, is told, and gets one.
      const isFirstVisit = message.text().includes('401') && message.location().url.endsWith('/v1/me');
      if (message.type() === 'error' && !isFirstVisit) this.complaints.push(message.text());
    });
    this.transcript = page.getByRole('log', { name: 'Transcript' });
    this.composer = page.getByRole('textbox', { name: 'Your message' });
    this.stop = page.getByRole('button', { name: /^Stop/ });
    this.approve = page.getByRole('button', { name: 'Approve', exact: true });
    this.decline = page.getByRole('button', { name: 'Decline', exact: true });
    this.comment = page.getByRole('textbox', { name: /comment/i });
    this.handoff = this.transcript.locator('[data-entry="handoff"]');
    this.banner = page.getByText('The connection is lost');
    this.sidebar = page.getByRole('navigation', { name: 'Chats' });
  }

  async open(path = '/'): Promise<void> {
    await this.page.goto(`${this.url}${path}`);
  }

  /** Opens an empty chat, ready to be written in. */
  async openNew(workflow: 'Assistant' | 'Support desk' = 'Assistant'): Promise<void> {
    await this.open();
    await this.page.getByRole('radio', { name: workflow }).click();
  }

  async say(text: string): Promise<void> {
    await this.composer.fill(text);
    await this.composer.press('Enter');
  }

  /** Starts a chat; gives its id. */
  async start(text: string, workflow: 'Assistant' | 'Support desk' = 'Assistant'): Promise<string> {
    await this.openNew(workflow);
    await this.say(text);
    return this.chatId();
  }

  /** The id in the address, once it is there. */
  async chatId(): Promise<string> {
    await this.page.waitForURL(CHAT_URL);
    return CHAT_URL.exec(new URL(this.page.url()).pathname)?.[1] ?? '';
  }

  /** The messages of agents; by state when one is given. */
  messages(state?: 'streaming' | 'done' | 'aborted'): Locator {
    return this.transcript.locator(
      `article[data-entry="agent"]${state === undefined ? '' : `[data-state="${state}"]`}`,
    );
  }

  tool(name: string): Locator {
    return this.transcript.getByRole('region', { name: `Tool: ${name}` });
  }

  /** The text of the newest message of an agent, as it stands there. */
  async newestText(): Promise<string> {
    return (await this.messages().last().locator('.prose-chat').textContent({ timeout: 5_000 })) ?? '';
  }

  /** Waits until the newest message shows more words than `than`; gives its text. */
  async moreWords(than: number): Promise<string> {
    return waitFor(
      async () => {
        const text = await this.newestText();
        return wordsOf(text).length > than ? text : undefined;
      },
      { what: `more than ${String(than)} words`, withinMs: 30_000, everyMs: 50 },
    );
  }

  /** Waits for the line that a run ended so. */
  async ended(phase: 'completed' | 'cancelled' | 'failed' = 'completed', nth = 0): Promise<void> {
    await this.transcript.locator(`[data-phase="${phase}"]`).nth(nth).waitFor({ timeout: 60_000 });
  }

  /** The chat as the server has it, asked for by this person. */
  async document(chatId: string): Promise<ChatDocument> {
    const response = await this.context.request.get(`${this.url}/v1/chats/${chatId}`);
    if (!response.ok()) throw new Error(`GET chat: ${String(response.status())} ${await response.text()}`);
    return (await response.json()) as ChatDocument;
  }

  /** Calls the API as this person, past the screen; again while it is told that this was too fast. */
  async post(path: string, data: unknown): Promise<void> {
    await waitFor(
      async () => {
        const response = await this.context.request.post(`${this.url}${path}`, { data });
        if (response.status() === 202) return true;
        const problem = `${String(response.status())} ${await response.text()}`;
        if (response.status() === 429) throw new Error(problem);
        return { problem };
      },
      { what: `POST ${path}`, withinMs: 60_000, everyMs: 250 },
    ).then((outcome) => {
      if (outcome !== true) throw new Error(`POST ${path}: ${outcome.problem}`);
    });
  }

  /** The words of every entry in view, each in one line. */
  async entries(): Promise<string[]> {
    const texts = await this.transcript.locator('[data-entry]').allInnerTexts();
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim());
  }

  /** The row of a chat in the list on the left. */
  row(title: string | RegExp): Locator {
    return this.sidebar.getByRole('listitem').filter({ has: this.page.getByRole('link', { name: title }) });
  }
}

/** The words of a text. */
export function wordsOf(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** What the demo model says to `[[say:count]]`. */
export function countTo(count: number): string {
  return Array.from({ length: count }, (_, index) => `w${String(index + 1)}`).join(' ');
}
