import type { Page } from 'playwright-core';

/** What a page has shown so far, noted in the page itself at the moment when it changed. */
export interface Recording {
  /** Every text that the newest message of an agent has had, in order. */
  readonly texts: readonly string[];
  /** When a person last pressed a button (`performance.now` of the page). */
  readonly pressedAt?: number;
  /** When the line first stood there that a run was stopped. */
  readonly stoppedAt?: number;
  /** When it was first said that the connection is lost. */
  readonly bannerAt?: number;
}

/** Runs in the page, before anything of the app does. */
function record(): void {
  const recording: { texts: string[]; pressedAt?: number; stoppedAt?: number; bannerAt?: number } = { texts: [] };
  Object.assign(window, { recording });
  document.addEventListener('click', () => (recording.pressedAt = performance.now()), { capture: true });
  const noteText = (): void => {
    const text = [...document.querySelectorAll('article[data-entry="agent"] .prose-chat')].at(-1)?.textContent ?? '';
    if (text !== '' && text !== recording.texts.at(-1)) recording.texts.push(text);
  };
  const look = (): void => {
    noteText();
    if (document.querySelector('[data-phase="cancelled"]') !== null) recording.stoppedAt ??= performance.now();
    if ((document.body?.textContent ?? '').includes('The connection is lost')) recording.bannerAt ??= performance.now();
  };
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

/** Makes a page note what it shows, from its next load on. */
export async function recordOn(page: Page): Promise<void> {
  await page.addInitScript(record);
}

/** What the page has shown since it was loaded. */
export async function recordingOf(page: Page): Promise<Recording> {
  return page.evaluate(() => (window as unknown as { recording: Recording }).recording);
}
