import type { Bye, Commits, SubscribeReply } from '@colloquy/contracts';
import type { ChatView } from '@colloquy/transcript';
import { io, type Socket } from 'socket.io-client';
import { CheckedScreen } from './checked-screen.ts';
import type { Viewer, ViewerParts } from './viewer.ts';

const ACK_MS = 8_000;
const AGAIN_MS = 400;

/** A screen that knows socket.io-client and nothing of our client, and checks all that comes. */
export class BareViewer implements Viewer {
  readonly name: string;
  readonly chatId: string;
  readonly #parts: ViewerParts;
  readonly #socket: Socket;
  readonly #screen: CheckedScreen;
  /** Counts subscriptions: what an older one wants is over. */
  #round = 0;
  #wasConnected = false;
  #closed = false;

  constructor(parts: ViewerParts) {
    this.#parts = parts;
    this.name = parts.name;
    this.chatId = parts.chatId;
    this.#screen = new CheckedScreen(parts, ACK_MS);
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
      this.#screen.note(`disconnect: ${reason}`);
      if (reason === 'io server disconnect') setTimeout(() => this.#reconnect(), AGAIN_MS);
      // Everything else is tried again by the library.
    });
    this.#socket.on('connect_error', (error) => {
      this.#screen.note(`not let in: ${error.message}`);
      // Refused by the gateway itself: the library does not try again by itself.
      if (!this.#socket.active) setTimeout(() => this.#reconnect(), AGAIN_MS);
    });
    this.#socket.on('commits', (commits: Commits) => this.#take(commits));
    this.#socket.on('reset', () => {
      parts.log.count('resets');
      this.#screen.note('reset');
      this.#begin('reload');
    });
    this.#socket.on('bye', ({ reconnectInMs }: Bye) => {
      const { engine } = this.#socket.io;
      setTimeout(() => engine.close(), reconnectInMs);
    });
  }

  view(): ChatView {
    return this.#screen.view;
  }

  trace(): readonly string[] {
    return [...this.#screen.trace, this.#socket.connected ? 'connected' : 'not connected'];
  }

  close(): void {
    this.#closed = true;
    this.#socket.close();
  }

  #connected(): void {
    this.#screen.note('connect');
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
    if (how === 'reload') await this.#screen.reload(() => this.#isOver(of.round));
    else this.#screen.resume();
    if (this.#isOver(of.round)) return;
    const began = performance.now();
    const before = this.#screen.lastSeq;
    const { cursor } = this.#screen;
    const payload = cursor === undefined ? { chatId: this.chatId } : { chatId: this.chatId, cursor };
    this.#screen.note(`subscribe from ${cursor ?? 'the beginning'}`);
    const reply = await this.#ask(payload);
    this.#screen.note(`answer ${JSON.stringify(reply)}`);
    if (this.#isOver(of.round)) return;
    if (!reply.ok) {
      this.#parts.log.count('refusals');
      throw new Error(reply.error.code);
    }
    if (!reply.recovered) {
      this.#screen.refuse(reply.cursor);
      this.#begin('reload');
      return;
    }
    if (of.again) this.#parts.log.caughtUp({ ms: performance.now() - began, events: this.#screen.lastSeq - before });
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

  #take(commits: Commits): void {
    if (commits.chatId !== this.chatId || this.#closed) return;
    if (!this.#screen.take(commits)) this.#begin('reload');
  }
}
