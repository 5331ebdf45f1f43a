import type { Bye, Commits } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';
import { CheckedScreen } from './checked-screen.ts';
import { pause } from './ending.ts';
import { readSse, type SseMessage } from './read-sse.ts';
import type { Viewer, ViewerParts } from './viewer.ts';

const ANSWER_MS = 8_000;
const AGAIN_MS = 400;
/** The gateway says something every 15 s: a line that is silent for longer is no good. */
const SILENCE_MS = 20_000;

/** A screen that knows `GET /live/:chatId` and `Last-Event-ID` and nothing of our client, and checks all that comes. */
export class SseViewer implements Viewer {
  readonly name: string;
  readonly chatId: string;
  readonly #parts: ViewerParts;
  readonly #screen: CheckedScreen;
  readonly #over = new AbortController();
  #connected = false;
  #mustReload = false;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.chatId = parts.chatId;
    this.#screen = new CheckedScreen(parts, ANSWER_MS);
    void this.#live();
  }

  view(): ChatView {
    return this.#screen.view;
  }

  trace(): readonly string[] {
    return [...this.#screen.trace, this.#connected ? 'connected' : 'not connected'];
  }

  close(): void {
    this.#over.abort();
  }

  get #closed(): boolean {
    return this.#over.signal.aborted;
  }

  async #live(): Promise<void> {
    for (let tries = 0; !this.#closed; tries += 1) {
      const waitMs = await this.#once(tries > 0).catch((error: unknown) => {
        this.#screen.note(`ended: ${error instanceof Error ? error.message : String(error)}`);
        return AGAIN_MS;
      });
      this.#connected = false;
      await pause(waitMs, this.#over.signal);
    }
  }

  /** One response, to its end. @returns how long to wait before the next, in ms */
  async #once(again: boolean): Promise<number> {
    if (this.#mustReload) await this.#screen.reload(() => this.#closed);
    else this.#screen.resume();
    this.#mustReload = false;
    const silence = new AbortController();
    const heard = (): void => void watchdog.refresh();
    const watchdog = setTimeout(() => silence.abort(new Error('nothing came')), SILENCE_MS);
    try {
      const body = await this.#open(AbortSignal.any([this.#over.signal, silence.signal]));
      if (again) this.#parts.log.count('reconnects');
      let waitMs = AGAIN_MS;
      for await (const message of readSse(body, heard)) {
        if (this.#closed) return 0;
        waitMs = this.#take(message) ?? waitMs;
        if (this.#mustReload) return 0;
      }
      return waitMs;
    } finally {
      clearTimeout(watchdog);
      // Also when it is left before its end: nothing more is to come of it.
      silence.abort();
    }
  }

  async #open(signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    const { url, token, log } = this.#parts;
    const { cursor } = this.#screen;
    this.#screen.note(`ask from ${cursor ?? 'the beginning'}`);
    const response = await fetch(`${url}/live/${this.chatId}`, {
      headers: { authorization: `Bearer ${token}`, ...(cursor === undefined ? {} : { 'last-event-id': cursor }) },
      signal,
    });
    if (response.status !== 200 || response.body === null) {
      log.count('refusals');
      throw new Error(`GET live: ${response.status} ${await response.text()}`);
    }
    this.#connected = true;
    this.#screen.note('answer');
    return response.body;
  }

  /** @returns how long to wait before the next response, when it says so */
  #take({ event, id, data }: SseMessage): number | undefined {
    const { log } = this.#parts;
    if (event === 'commits') {
      const commits = data as Commits;
      const { name: viewer, chatId } = this;
      if (id !== commits.cursor)
        log.fault({
          viewer,
          chatId,
          kind: 'cursor',
          what: `id ${id ?? ''} of ${commits.cursor}`,
          seq: this.#screen.lastSeq,
        });
      this.#mustReload = !this.#screen.take(commits);
    }
    if (event === 'reset') {
      log.count('resets');
      this.#screen.note(`reset ${id ?? ''}`);
      this.#screen.refuse(id);
      this.#mustReload = true;
    }
    return event === 'bye' ? (data as Bye).reconnectInMs : undefined;
  }
}
