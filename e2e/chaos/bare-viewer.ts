import type { Bye, ChatDocument, Commits, SubscribeReply } from '@colloquy/contracts';
import { applyCommits, emptyView, viewOfDocument, type ChatView } from '@colloquy/transcript';
import { io, type Socket } from 'socket.io-client';
import type { Viewer, ViewerParts } from './viewer.ts';
import { WatchCheck } from './watch-check.ts';

const ACK_MS = 8_000;
const AGAIN_MS = 400;
const TRACE = 12;

/** A screen that knows socket.io-client and nothing of our client, and checks all that comes. */
export class BareViewer implements Viewer {
  readonly name: string;
  readonly chatId: string;
  readonly #parts: ViewerParts;
  readonly #socket: Socket;
  readonly #check = new WatchCheck();
  #view: ChatView;
  #cursor: string | undefined;
  /** Counts subscriptions: what an older one wants is over. */
  #round = 0;
  #wasConnected = false;
  #closed = false;
  /** What happened last, for who looks into a fault. */
  readonly #trace: string[] = [];
  #refusedCursor: { readonly asked: string; readonly instead: string } | undefined;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.chatId = parts.chatId;
    this.#view = emptyView(parts.chatId);
    this.#socket = io(parts.url, {
      transports: ['websocket'],
      auth: { token: parts.token },
      forceNew: true,
      timeout: 5_000,
      reconnectionDelay: 100,
      reconnectionDelayMax: 1_500,
    });
    this.#socket.on('connect', () => this.#connected());
    this.#socket.on('disconnect', (reason) => {
      this.#round += 1;
      this.#note(`disconnect: ${reason}`);
      if (reason === 'io server disconnect') setTimeout(() => this.#reconnect(), AGAIN_MS);
      // Everything else is tried again by the library.
    });
    this.#socket.on('connect_error', (error) => {
      this.#note(`not let in: ${error.message}`);
      // Refused by the gateway itself: the library does not try again by itself.
      if (!this.#socket.active) setTimeout(() => this.#reconnect(), AGAIN_MS);
    });
    this.#socket.on('commits', (commits: Commits) => this.#take(commits));
    this.#socket.on('reset', () => {
      parts.log.count('resets');
      this.#note('reset');
      this.#begin('reload');
    });
    this.#socket.on('bye', ({ reconnectInMs }: Bye) => {
      const { engine } = this.#socket.io;
      setTimeout(() => engine.close(), reconnectInMs);
    });
  }

  view(): ChatView {
    return this.#view;
  }

  trace(): readonly string[] {
    return [...this.#trace, this.#socket.connected ? 'connected' : 'not connected'];
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  #note(text: string): void {
    this.#trace.push(`${new Date().toISOString()} ${text}`);
    if (this.#trace.length > TRACE) this.#trace.shift();
  }

  #connected(): void {
    this.#note('connect');
    if (this.#wasConnected) this.#parts.log.count('reconnects');
    const again = this.#wasConnected;
    this.#wasConnected = true;
    this.#begin('subscribe', again);
  }

  #reconnect(): void {
    if (!this.#closed && !this.#socket.connected) this.#socket.connect();
  }

  #begin(how: 'subscribe' | 'reload', again = false): void {
    this.#round += 1;
    const round = this.#round;
    void this.#go(how, { round, again }).catch(() => {
      if (!this.#isOver(round)) setTimeout(() => this.#retry(how, round), AGAIN_MS);
    });
  }

  #retry(how: 'subscribe' | 'reload', round: number): void {
    if (!this.#isOver(round)) this.#begin(how);
  }

  #isOver(round: number): boolean {
    return this.#closed || round !== this.#round || !this.#socket.connected;
  }

  async #go(how: 'subscribe' | 'reload', of: { round: number; again: boolean }): Promise<void> {
    if (how === 'reload') await this.#reload(of.round);
    else this.#check.resume();
    if (this.#isOver(of.round)) return;
    const began = performance.now();
    const before = this.#check.lastSeq;
    const cursor = this.#cursor;
    const payload = cursor === undefined ? { chatId: this.chatId } : { chatId: this.chatId, cursor };
    this.#note(`subscribe from ${cursor ?? 'the beginning'}`);
    const reply = await this.#ask(payload);
    this.#note(`answer ${JSON.stringify(reply)}`);
    if (this.#isOver(of.round)) return;
    if (!reply.ok) {
      this.#parts.log.count('refusals');
      throw new Error(reply.error.code);
    }
    if (!reply.recovered) {
      this.#refusedCursor = cursor === undefined ? undefined : { asked: cursor, instead: reply.cursor };
      this.#begin('reload');
      return;
    }
    if (of.again) this.#parts.log.caughtUp({ ms: performance.now() - began, events: this.#check.lastSeq - before });
  }

  async #ask(payload: object): Promise<SubscribeReply> {
    try {
      return (await this.#socket.timeout(ACK_MS).emitWithAck('subscribe', payload)) as SubscribeReply;
    } catch (error) {
      // No answer: whatever holds the line, it is no good.
      this.#socket.io.engine.close();
      throw error;
    }
  }

  async #reload(round: number): Promise<void> {
    const { url, token, log } = this.#parts;
    const response = await fetch(`${url}/v1/chats/${this.chatId}`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ACK_MS),
    });
    if (response.status !== 200) throw new Error(`GET chat: ${response.status}`);
    const document = (await response.json()) as ChatDocument;
    if (this.#isOver(round)) return;
    log.count('reloads');
    const ahead = this.#view.lastSeq >= document.lastSeq && !this.#view.gap;
    const refused = this.#refusedCursor;
    this.#cursor = refused?.asked === document.cursor ? refused.instead : document.cursor;
    if (!ahead) this.#view = viewOfDocument(document);
    this.#check.reload(document.lastSeq);
    this.#note(`reloaded, ${document.cursor}`);
  }

  #take(commits: Commits): void {
    if (commits.chatId !== this.chatId || this.#closed) return;
    const { log } = this.#parts;
    const { name: viewer, chatId } = this;
    this.#note(`commits ${brief(commits)}`);
    for (const fault of this.#check.take(commits)) log.fault({ viewer, chatId, ...fault, trace: [...this.#trace] });
    this.#view = applyCommits(this.#view, commits);
    this.#cursor = commits.cursor;
    if (!this.#view.gap) return;
    log.fault({
      viewer,
      chatId,
      kind: 'gap',
      what: 'the fold has a gap',
      seq: this.#view.lastSeq,
      trace: [...this.#trace],
    });
    this.#begin('reload');
  }
}

function brief({ cursor, events, deltas }: Commits): string {
  const [first] = deltas;
  const last = deltas.at(-1);
  const pieces =
    first === undefined || last === undefined ? '' : `, deltas ${first.offset}-${last.offset + last.text.length}`;
  return `to ${cursor}, events [${events.map(({ seq }) => seq).join(' ')}]${pieces}`;
}
