import { io, type Socket } from 'socket.io-client';
import type { Bye, ChatDocument, ChatEvent, ChatRow, Commits, Delta, SubscribeReply } from '@colloquy/contracts';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';
import { waitFor } from './wait-for.ts';

/** An HTTP answer, read. */
export interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A person with a token who knows HTTP and socket.io-client, and nothing of our client. */
export class Person {
  readonly url: string;
  readonly token: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, token: string, headers: Readonly<Record<string, string>> = {}) {
    this.url = url;
    this.token = token;
    this.#headers = headers;
  }

  /** The same person, whose requests carry more headers. */
  sending(headers: Readonly<Record<string, string>>): Person {
    return new Person(this.url, this.token, { ...this.#headers, ...headers });
  }

  /** A new guest. */
  static async arrive(url: string): Promise<Person> {
    const response = await fetch(`${url}/v1/guest`, { method: 'POST' });
    const { token } = (await response.json()) as { token: string };
    return new Person(url, token);
  }

  async call(method: string, path: string, body?: unknown): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...this.#headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) };
  }

  /** Starts a chat; gives its id and when the 202 came (`performance.now`). */
  async start(workflow: string, message: string): Promise<{ chatId: string; commandId: string; at: number }> {
    const { status, body } = await this.call('POST', '/v1/chats', { workflow, message });
    if (status !== 202) throw new Error(`POST /v1/chats: ${String(status)} ${JSON.stringify(body)}`);
    return { chatId: String(body['chatId']), commandId: String(body['commandId']), at: performance.now() };
  }

  async document(chatId: string): Promise<ChatDocument> {
    const { status, body } = await this.call('GET', `/v1/chats/${chatId}`);
    if (status !== 200) throw new Error(`GET chat: ${String(status)} ${JSON.stringify(body)}`);
    return body as unknown as ChatDocument;
  }

  /** A screen of this person. */
  screen(): Screen {
    return new Screen(this.url, this.token);
  }
}

/** What one screen got of one chat, and the fold of it. */
export interface Watched {
  view: ChatView;
  cursor: string | undefined;
  readonly events: ChatEvent[];
  readonly deltas: Delta[];
  /** The fold after each batch. */
  readonly steps: ChatView[];
  /** When the first delta came (`performance.now`). */
  firstDeltaAt: number | undefined;
}

/** A socket that watches chats: subscribes, folds, and subscribes again from its cursor after every reconnect. */
export class Screen {
  readonly socket: Socket;
  readonly rows: ChatRow[] = [];
  readonly byes: Bye[] = [];
  readonly #chats = new Map<string, Watched>();

  constructor(url: string, token: string) {
    this.socket = io(url, {
      transports: ['websocket'],
      auth: { token },
      reconnectionDelay: 20,
      reconnectionDelayMax: 200,
    });
    this.socket.on('commits', (commits: Commits) => this.#take(commits));
    this.socket.on('chat_changed', (row: ChatRow) => this.rows.push(row));
    this.socket.on('bye', (bye: Bye) => this.byes.push(bye));
    this.socket.io.on('reconnect', () => {
      for (const chatId of this.#chats.keys()) void this.#subscribe(chatId);
    });
  }

  /** Watches a chat from its beginning, or from what a view holds already. */
  async watch(chatId: string, from: ChatView = emptyView(chatId)): Promise<SubscribeReply> {
    const watched: Watched = {
      view: from,
      cursor: from.cursor,
      events: [],
      deltas: [],
      steps: [],
      firstDeltaAt: undefined,
    };
    this.#chats.set(chatId, watched);
    return this.#subscribe(chatId);
  }

  /** What came of a chat so far. */
  of(chatId: string): Watched {
    const watched = this.#chats.get(chatId);
    if (!watched) throw new Error(`the screen does not watch ${chatId}`);
    return watched;
  }

  /** Waits for an event of a type; `nth` counts from 1. */
  event<T extends ChatEvent['type']>(chatId: string, type: T, nth = 1): Promise<Extract<ChatEvent, { type: T }>> {
    const isIt = (event: ChatEvent): event is Extract<ChatEvent, { type: T }> => event.type === type;
    return waitFor(() => this.of(chatId).events.filter(isIt)[nth - 1], {
      what: `event ${String(nth)} of type ${type}`,
      withinMs: 30_000,
    });
  }

  /** Cuts the connection under the socket, as a lost network does; it reconnects by itself. */
  cut(): void {
    this.socket.io.engine.close();
  }

  close(): void {
    this.socket.close();
  }

  async #subscribe(chatId: string): Promise<SubscribeReply> {
    const { cursor } = this.of(chatId);
    const reply = (await this.socket
      .timeout(10_000)
      .emitWithAck('subscribe', cursor === undefined ? { chatId } : { chatId, cursor })) as SubscribeReply;
    return reply;
  }

  #take(commits: Commits): void {
    const watched = this.#chats.get(commits.chatId);
    if (!watched) return;
    watched.view = applyCommits(watched.view, commits);
    watched.cursor = commits.cursor;
    watched.steps.push(watched.view);
    watched.events.push(...commits.events);
    watched.deltas.push(...commits.deltas);
    if (commits.deltas.length > 0) watched.firstDeltaAt ??= performance.now();
  }
}

/** What a view shows, for comparing two of them. */
export function shown(view: ChatView): unknown {
  const { title, workflow, status, usage, pendingRequests, lastRun, lastSeq, gap, speaker } = view;
  const facts = {
    title,
    workflow,
    status,
    usage,
    pendingRequests,
    lastRun,
    lastSeq,
    gap,
    speaker,
    entries: [...view.entries],
  };
  return JSON.parse(JSON.stringify(facts)) as unknown;
}
