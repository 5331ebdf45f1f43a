import { createTokens } from '@colloquy/access';
import { createClient, platformClock, platformIds, type ChatHandle, type Client } from '@colloquy/client';

/** One message that was answered; times are `performance.now()`. */
export interface Answered {
  readonly sentAt: number;
  /** When the first word of the answer was on the screen. */
  readonly firstWordAt: number;
  readonly doneAt: number;
}

/** One chat that was held, and what was said in it. */
export interface HeldChat {
  readonly chatId: string;
  /** Messages that the service has accepted. */
  said: number;
}

/** What people talk with. */
export interface PeopleParts {
  readonly url: string;
  /** What tokens are signed with. */
  readonly secret: string;
  readonly count: number;
}

/** How many messages a chat gets before the next one is begun: on a new socket, as a new page has it. */
const MESSAGES = 5;
/** Words of each answer. */
export const WORDS = 40;
const SAY = `[[say:${String(WORDS)}]]`;
const WAIT_MS = 60_000;

/** People who talk all the time: each says the next thing as soon as the run before is over. */
export class People {
  readonly answered: Answered[] = [];
  readonly chats: HeldChat[] = [];
  /** What a person saw go wrong. */
  readonly faults: string[] = [];
  readonly #parts: PeopleParts;
  readonly #gone = new AbortController();
  #talking: Promise<unknown> = Promise.resolve();
  #closing = false;

  constructor(parts: PeopleParts) {
    this.#parts = parts;
  }

  /** Everybody begins to talk. */
  async start(): Promise<void> {
    const { count, secret } = this.#parts;
    const tokens = createTokens({ mode: 'guest', secret, clock: platformClock, ids: platformIds });
    const guests = await Promise.all(Array.from({ length: count }, () => tokens.issueGuest()));
    this.#talking = Promise.all(guests.map(({ token }) => this.#talk(token)));
  }

  /** Nobody says anything new; resolves when every run is over. */
  async stop(): Promise<void> {
    this.#closing = true;
    await this.#talking;
  }

  /** Everybody goes, whatever they wait for. */
  leave(): void {
    this.#closing = true;
    this.#gone.abort();
  }

  async #talk(token: string): Promise<void> {
    while (!this.#closing) {
      const client = createClient({ baseUrl: this.#parts.url, token });
      try {
        await this.#hold(client);
      } catch (error) {
        this.faults.push(error instanceof Error ? error.message : String(error));
      } finally {
        client.close();
      }
    }
  }

  async #hold(client: Client): Promise<void> {
    let sentAt = performance.now();
    const { chatId } = client.startChat({ workflow: 'assistant', text: SAY });
    const held: HeldChat = { chatId, said: 1 };
    this.chats.push(held);
    const handle = client.openChat(chatId);
    for (;;) {
      this.answered.push({ sentAt, ...(await heard(handle, held.said, this.#gone.signal)) });
      if (this.#closing || held.said === MESSAGES) return;
      sentAt = performance.now();
      held.said += 1;
      handle.send(SAY);
    }
  }
}

/**
 * Resolves when answer number `count` is whole.
 * @throws Error when a message is refused, the answer does not come, or `gone` does
 */
function heard(
  handle: ChatHandle,
  count: number,
  gone: AbortSignal,
): Promise<Pick<Answered, 'firstWordAt' | 'doneAt'>> {
  return new Promise((resolve, reject) => {
    let firstWordAt: number | undefined;
    const settle = (work: () => void): void => {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
      off();
      work();
    };
    const look = (): void => {
      const { chat, outbox, phase } = handle.getView();
      const failed = outbox.find(({ state }) => state === 'failed');
      if (failed !== undefined)
        settle(() => reject(new Error(`a message was refused: ${failed.failure?.detail ?? ''}`)));
      if (phase === 'gone') settle(() => reject(new Error(`chat ${chat.chatId} is gone`)));
      const { words, whole } = answersIn(handle);
      if (words >= count) firstWordAt ??= performance.now();
      if (whole < count || outbox.length > 0 || chat.status !== 'idle') return;
      const doneAt = performance.now();
      settle(() => resolve({ firstWordAt: firstWordAt ?? doneAt, doneAt }));
    };
    const leave = (): void => settle(() => reject(new Error('the person has left')));
    gone.addEventListener('abort', leave, { once: true });
    const timer = setTimeout(() => {
      settle(() => reject(new Error(`chat ${handle.chatId}: no answer ${String(count)} within ${String(WAIT_MS)} ms`)));
    }, WAIT_MS);
    const off = handle.subscribe(look);
    look();
  });
}

/** How many answers have a first word, and how many are whole. */
function answersIn(handle: ChatHandle): { words: number; whole: number } {
  let words = 0;
  let whole = 0;
  for (const entry of handle.getView().chat.entries) {
    // What a drain cut off is said again.
    if (entry.kind !== 'agent' || entry.text === '' || entry.state === 'aborted') continue;
    words += 1;
    if (entry.state === 'complete') whole += 1;
  }
  return { words, whole };
}
