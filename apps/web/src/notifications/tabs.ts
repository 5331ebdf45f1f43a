/** Several tabs of one person: one of them tells, and none when the chat is in view in any. */

const CHANNEL = 'colloquy.in-view';
const LOCK = 'colloquy.notifies';
/** How long the other tabs have to say that a chat is in view, in ms. */
const ASK_MS = 150;

/** What a tab knows of the others. */
export interface Tabs {
  /** True in the one tab that tells. */
  tells(): boolean;
  /** Whether the chat is in view in any tab. */
  isInView(chatId: string): Promise<boolean>;
  close(): void;
}

/**
 * Joins the tabs of this browser.
 * @param inView - the chat that this tab shows to somebody now
 */
export function joinTabs(inView: () => string | undefined): Tabs {
  const channel = new BroadcastChannel(CHANNEL);
  const leave = new AbortController();
  const waiting = new Map<string, () => void>();
  let tells = false;
  channel.onmessage = ({ data }: MessageEvent<{ readonly ask?: string; readonly seen?: string }>) => {
    if (data.ask !== undefined && data.ask === inView()) channel.postMessage({ seen: data.ask });
    if (data.seen !== undefined) waiting.get(data.seen)?.();
  };
  // Whoever has the lock keeps it until the tab is closed; then the next one has it.
  const held = navigator.locks.request(LOCK, { signal: leave.signal }, () => {
    tells = true;
    return new Promise<void>((resolve) => {
      leave.signal.addEventListener('abort', () => {
        resolve();
      });
    });
  });
  held.catch(() => undefined); // left before its turn came
  return {
    tells: () => tells,
    async isInView(chatId) {
      if (inView() === chatId) return true;
      return new Promise((resolve) => {
        const timer = setTimeout(() => {
          waiting.delete(chatId);
          resolve(false);
        }, ASK_MS);
        waiting.set(chatId, () => {
          clearTimeout(timer);
          waiting.delete(chatId);
          resolve(true);
        });
        channel.postMessage({ ask: chatId });
      });
    },
    close() {
      tells = false;
      leave.abort();
      channel.close();
    },
  };
}
