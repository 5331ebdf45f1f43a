/**
 * Many sockets in one process: what the parent tells it by IPC, it does (see herd.ts). Each socket follows one chat as a
 * small client would: it goes on from its cursor after every reconnect, tries again like our client, and keeps `seq`.
 */
import { io, type Socket } from 'socket.io-client';
import type { Commits, SubscribeReply } from '@colloquy/contracts';
import type { HerdAnswer, HerdOrder, HerdReport } from './herd.ts';

/** As libs/client does: 250 ms, doubling up to 5 s, less up to a quarter at random. */
const RECONNECT = { reconnectionDelay: 220, reconnectionDelayMax: 4_400, randomizationFactor: 0.15, timeout: 10_000 };
const SUBSCRIBE_MS = 8_000;
const SUBSCRIBE_AGAIN_MS = 250;

class Follower {
  readonly #socket: Socket;
  readonly #chatId: string;
  lastSeq = 0;
  /** True from the answer to `subscribe` until the connection is lost. */
  live = false;
  /** Events that came without the one before them: nothing may ever do so. */
  holes = 0;
  refusals = 0;
  connections = 0;
  /** When it last had everything that it waits for (`performance.now`). */
  #reachedAt = 0;
  #beganAt = 0;
  #cursor: string | undefined;

  constructor(url: string, { token, chatId }: { token: string; chatId: string }) {
    this.#chatId = chatId;
    const options = { transports: ['websocket'], forceNew: true, autoConnect: false, auth: { token }, ...RECONNECT };
    this.#socket = io(url, options);
    this.#socket.on('connect', () => {
      this.connections += 1;
      void this.#subscribe();
    });
    this.#socket.on('disconnect', () => (this.live = false));
    this.#socket.on('commits', (commits: Commits) => this.#take(commits));
  }

  connect(): void {
    this.#beganAt = performance.now();
    this.#socket.connect();
  }

  /** Stays away until `connect`. */
  leave(): void {
    this.#socket.disconnect();
    this.live = false;
  }

  /** From its own beginning to the last event that it got, in ms. */
  get tookMs(): number {
    return this.#reachedAt - this.#beganAt;
  }

  async #subscribe(): Promise<void> {
    while (this.#socket.connected) {
      const { id } = this.#socket;
      const payload = { chatId: this.#chatId, ...(this.#cursor === undefined ? {} : { cursor: this.#cursor }) };
      const ask = this.#socket.timeout(SUBSCRIBE_MS).emitWithAck('subscribe', payload) as Promise<SubscribeReply>;
      const reply = await ask.catch(() => undefined);
      if (this.#socket.id !== id) return;
      if (reply?.ok === true && reply.recovered) {
        this.live = true;
        return;
      }
      this.refusals += 1;
      await new Promise((resolve) => setTimeout(resolve, SUBSCRIBE_AGAIN_MS));
    }
  }

  #take({ cursor, events }: Commits): void {
    for (const { seq } of events) {
      if (seq > this.lastSeq + 1) this.holes += 1;
      if (seq === this.lastSeq + 1) this.lastSeq = seq;
    }
    this.#cursor = cursor;
    this.#reachedAt = performance.now();
  }
}

let followers: Follower[] = [];

const orders: Readonly<Record<HerdOrder['do'], (order: HerdOrder) => void>> = {
  add: ({ url = '', viewers = [] }) => {
    const added = viewers.map((viewer) => new Follower(url, viewer));
    followers = [...followers, ...added];
    for (const follower of added) follower.connect();
  },
  leave: () => followers.forEach((follower) => follower.leave()),
  back: ({ withinMs = 0 }) =>
    followers.forEach((follower, index) => {
      setTimeout(() => follower.connect(), (withinMs * index) / followers.length);
    }),
  report: () => undefined,
};

function report(): HerdReport {
  return {
    live: followers.filter(({ live }) => live).length,
    lastSeqs: followers.map(({ lastSeq }) => lastSeq),
    tookMs: followers.map(({ tookMs }) => tookMs),
    holes: followers.reduce((sum, { holes }) => sum + holes, 0),
    refusals: followers.reduce((sum, { refusals }) => sum + refusals, 0),
    connections: followers.reduce((sum, { connections }) => sum + connections, 0),
  };
}

process.on('message', (order: HerdOrder) => {
  orders[order.do](order);
  const answer: HerdAnswer = { id: order.id, report: report() };
  process.send?.(answer);
});
process.on('disconnect', () => process.exit(0));
