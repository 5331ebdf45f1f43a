import { createClient, type ChatHandle, type Client } from '@colloquy/client';
import type { Commits, SubscribeReply } from '@colloquy/contracts';
import { io, type Socket } from 'socket.io-client';
import { layCable, type NetworkCable } from '../../../e2e/support/network-cable.ts';
import type { Seat } from '../peer.ts';
import { postJson } from '../post-json.ts';
import { Screen } from '../screen.ts';

const LATE_MS = 60_000;
const ENDS: ReadonlySet<string> = new Set(['run_completed', 'run_failed', 'run_cancelled']);

/** Where Colloquy is, and who comes. */
export interface Visit {
  readonly url: string;
  readonly token: string;
  readonly workflow: string;
}

/** A person with a socket and nothing of our client: listens. */
export class ListeningSeat implements Seat {
  readonly screen = new Screen();
  readonly #visit: Visit;
  readonly #socket: Socket;
  #shown = 0;
  #settle: { resolve(): void; reject(error: Error): void } | undefined;

  private constructor(visit: Visit, socket: Socket) {
    this.#visit = visit;
    this.#socket = socket;
    socket.on('commits', (commits: Commits) => this.#take(commits));
    socket.on('disconnect', (reason) => this.#settle?.reject(new Error(`the socket is gone: ${reason}`)));
  }

  static async open(visit: Visit): Promise<ListeningSeat> {
    const { url, token } = visit;
    const socket = io(url, { transports: ['websocket'], auth: { token }, reconnection: false, forceNew: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return new ListeningSeat(visit, socket);
  }

  async ask(text: string): Promise<void> {
    const ended = new Promise<void>((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    ended.catch(() => undefined);
    const { url, token, workflow } = this.#visit;
    const body = { workflow, message: text };
    const accepted = await postJson(`${url}/v1/chats`, body, { authorization: `Bearer ${token}` });
    const { chatId } = accepted as { chatId: string };
    const reply = (await this.#socket.timeout(LATE_MS).emitWithAck('subscribe', { chatId })) as SubscribeReply;
    if (!reply.ok) throw new Error(`subscribe: ${reply.error.message}`);
    await ended;
  }

  leave(): void {
    this.#socket.disconnect();
  }

  back(): Promise<void> {
    return Promise.reject(new Error('who only listens does not come back'));
  }

  close(): void {
    this.#settle = undefined;
    this.#socket.disconnect();
  }

  #take({ events, deltas }: Commits): void {
    for (const { kind, offset, text } of deltas) {
      if (kind !== 'text' || offset > this.#shown) continue;
      this.screen.add(text.slice(this.#shown - offset));
      this.#shown = Math.max(this.#shown, offset + text.length);
    }
    for (const event of events) {
      if (event.type === 'text') this.screen.replace(event.text);
      if (!ENDS.has(event.type)) continue;
      if (event.type === 'run_completed') this.#settle?.resolve();
      else this.#settle?.reject(new Error(`the run ended with ${event.type}`));
    }
  }
}

/** A person with our client, as the web app has it, behind a line that can be cut. */
export class LastingSeat implements Seat {
  readonly screen = new Screen();
  readonly #workflow: string;
  readonly #line: NetworkCable;
  readonly #client: Client;
  #handle: ChatHandle | undefined;

  private constructor(line: NetworkCable, visit: Visit) {
    this.#line = line;
    this.#workflow = visit.workflow;
    this.#client = createClient({ baseUrl: line.url, token: visit.token });
  }

  static async open(visit: Visit): Promise<LastingSeat> {
    return new LastingSeat(await layCable(visit.url), visit);
  }

  async ask(text: string): Promise<void> {
    const { chatId } = this.#client.startChat({ workflow: this.#workflow, text });
    const handle = this.#client.openChat(chatId);
    this.#handle = handle;
    handle.subscribe(() => this.screen.replace(answerOf(handle)));
    await this.back();
  }

  leave(): void {
    this.#line.pull();
  }

  /** The client connects again by itself and goes on where it was. */
  async back(): Promise<void> {
    this.#line.plugIn();
    const handle = this.#handle;
    if (handle === undefined) throw new Error('nothing was asked');
    await new Promise<void>((resolve) => {
      const off = handle.subscribe(() => {
        if (handle.getView().chat.lastRun?.status !== 'completed') return;
        off();
        resolve();
      });
    });
  }

  close(): void {
    this.#client.close();
    void this.#line.stop();
  }
}

/** The answer that stands: a later one takes the place of one that is marked as broken off, which stays above it. */
function answerOf(handle: ChatHandle): string {
  const answers = [...handle.getView().chat.entries].flatMap((entry) => (entry.kind === 'agent' ? [entry] : []));
  return (answers.findLast(({ state }) => state !== 'aborted') ?? answers.at(-1))?.text ?? '';
}
