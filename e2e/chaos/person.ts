import type { ChatDocument, ChatRow } from '@colloquy/contracts';
import { noteAccepted, type Ledger, type SentCommand, type SentKind } from './ledger.ts';
import type { Seeded } from './seeded.ts';

/** What a person is made of. */
export interface PersonParts {
  readonly name: string;
  readonly token: string;
  /** The way they go by. */
  readonly url: string;
  /** Addresses of all gateways, for those who go by another one the second time. */
  readonly gateways: () => readonly string[];
  readonly ledger: Ledger;
  readonly random: Seeded;
  /** Nothing is tried any more after it. */
  readonly signal: AbortSignal;
}

/** A command before it is sent. */
export interface Wish {
  readonly chatId: string;
  readonly kind: SentKind;
  readonly method?: 'POST' | 'PATCH';
  readonly path: string;
  readonly body?: unknown;
}

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
  readonly retryAfterMs: number | undefined;
}

const TRY_MS = 12_000;
const BACKOFF_MS = { from: 100, to: 2000 } as const;
const TWICE = 0.2;
const AGAIN_LATER = 0.15;
/** Answers that say "not now", whatever was asked. */
const LATER = new Set([408, 425, 429]);

/** The run is over. */
export class EndedError extends Error {
  override readonly name = 'EndedError';
}

/** Somebody with a token, who tries until there is an answer. */
export class Person {
  readonly name: string;
  readonly token: string;
  readonly url: string;
  /** Second copies that are still on their way. */
  readonly copies = new Set<Promise<void>>();
  readonly #parts: PersonParts;
  #keys = 0;

  constructor(parts: PersonParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.token = parts.token;
    this.url = parts.url;
  }

  /**
   * Sends a command until it is answered, now and then twice: at once by another gateway, or again later.
   * @throws EndedError
   */
  async send(wish: Wish): Promise<SentCommand> {
    const { ledger, random, name } = this.#parts;
    this.#keys += 1;
    const key = `${name}-${this.#keys}-${random.whole(0, 1e9)}`;
    const { chatId, kind } = wish;
    const sent = ledger.open({ chatId, kind, key, sender: name }, performance.now());
    if (random.chance(TWICE)) this.#copy(wish, sent, random.whole(0, 30));
    await this.#until(() => this.#sendOnce(wish, sent, this.url));
    if (random.chance(AGAIN_LATER)) this.#copy(wish, sent, random.whole(500, 9000));
    return sent;
  }

  /** The chat's document; tries until it comes. @throws EndedError */
  async document(chatId: string): Promise<ChatDocument> {
    return (await this.#get(`/v1/chats/${chatId}`)) as unknown as ChatDocument;
  }

  /** All rows of the sidebar. @throws EndedError */
  async rows(): Promise<ChatRow[]> {
    const rows: ChatRow[] = [];
    for (let before: string | undefined; ;) {
      const from = before === undefined ? '' : `&before=${encodeURIComponent(before)}`;
      const page = (await this.#get(`/v1/chats?limit=100${from}`)) as { chats: ChatRow[]; next?: string };
      rows.push(...page.chats);
      if (page.next === undefined) return rows;
      before = page.next;
    }
  }

  async #get(path: string): Promise<Record<string, unknown>> {
    let body: Record<string, unknown> = {};
    await this.#until(async () => {
      const answer = await this.#call({ method: 'GET', path, url: this.url });
      if (answer.status !== 200) return answer.retryAfterMs ?? 'later';
      ({ body } = answer);
      return 'done';
    });
    return body;
  }

  #copy(wish: Wish, sent: SentCommand, afterMs: number): void {
    const gateways = this.#parts.gateways();
    const url = gateways.length === 0 ? this.url : this.#parts.random.pick(gateways);
    const copy = this.#pause(afterMs)
      .then(() => this.#sendOnce(wish, sent, url))
      .then(
        () => undefined,
        () => undefined,
      )
      .finally(() => this.copies.delete(copy));
    this.copies.add(copy);
  }

  async #sendOnce(wish: Wish, sent: SentCommand, url: string): Promise<'done' | 'later' | number> {
    const { method = 'POST', path, body } = wish;
    const answer = await this.#call({ method, path, body, url, key: sent.key }).catch((error: unknown) => {
      sent.answers.push(failureOf(error));
      throw error;
    });
    sent.answers.push(String(answer.status));
    if (answer.status >= 200 && answer.status < 300) {
      noteAccepted(sent, String(answer.body['commandId']), { mono: performance.now(), wall: Date.now() });
      return 'done';
    }
    if (answer.status < 500 && !LATER.has(answer.status)) {
      sent.refused = `${answer.status} ${JSON.stringify(answer.body)}`;
      return 'done';
    }
    return answer.retryAfterMs ?? 'later';
  }

  async #until(attempt: () => Promise<'done' | 'later' | number>): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      if (this.#parts.signal.aborted) throw new EndedError('the run is over');
      const said = await attempt().catch(() => 'later' as const);
      if (said === 'done') return;
      const backoff = Math.min(BACKOFF_MS.from * 2 ** tries, BACKOFF_MS.to);
      await this.#pause(typeof said === 'number' ? said : backoff * (0.5 + this.#parts.random.next() / 2));
    }
  }

  async #call(request: { method: string; path: string; url: string; body?: unknown; key?: string }): Promise<Answer> {
    const { method, path, url, body, key } = request;
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.any([this.#parts.signal, AbortSignal.timeout(TRY_MS)]),
    });
    const text = await response.text();
    const after = response.headers.get('retry-after');
    return {
      status: response.status,
      body: text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : {},
      retryAfterMs: after === null ? undefined : Math.min(Number(after) * 1000, 5000),
    };
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#parts;
    return new Promise((resolve, reject) => {
      const end = (): void => {
        clearTimeout(timer);
        reject(new EndedError('the run is over'));
      };
      if (signal.aborted) {
        reject(new EndedError('the run is over'));
        return;
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', end);
        resolve();
      }, ms);
      signal.addEventListener('abort', end, { once: true });
    });
  }
}

function failureOf(error: unknown): string {
  if (!(error instanceof Error)) return 'error';
  if (error.name === 'TimeoutError') return 'timeout';
  const { cause } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.name;
}
