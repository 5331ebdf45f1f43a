import {
  createClient,
  type ChatHandle,
  type Client,
  type KeyValueStorage,
  type Transport,
  type TransportHandlers,
} from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';
import { ProcessClock } from '../../apps/orchestrator/src/fixtures/process-clock.ts';
import type { HouseAnswer } from './api-process.ts';
import type { Edge } from './edge.ts';
import { Line } from './line.ts';
import type { Nature } from './nature.ts';
import type { StreamProcess } from './stream-process.ts';
import { Viewpoint } from './viewpoint.ts';

const CONNECT_MS = 10_000;

/** What a device needs of the house. */
export interface Ways {
  readonly edge: Edge;
  readonly streams: readonly StreamProcess[];
}

/** A page on some screen of a user, with the real client in it. */
export class Device {
  readonly name: string;
  readonly user: string;
  readonly handles = new Map<string, ChatHandle>();
  readonly rows = new Map<string, ChatRow>();
  client: Client;
  offline = false;
  readonly #nature: Nature;
  readonly #ways: Ways;
  readonly #kept = new Map<string, string>();
  #clock: ProcessClock;
  #viewpoint: Viewpoint;
  #line: Line | undefined;

  constructor(nature: Nature, ways: Ways, of: { name: string; user: string }) {
    this.name = of.name;
    this.user = of.user;
    this.#nature = nature;
    this.#ways = ways;
    this.#clock = new ProcessClock(nature.time);
    this.#viewpoint = new Viewpoint(nature, this.name);
    this.client = this.#open();
  }

  /** Opens the chat, or gives it as it is open. */
  look(chatId: string): ChatHandle {
    const known = this.handles.get(chatId);
    if (known !== undefined) return known;
    const handle = this.client.openChat(chatId);
    this.#viewpoint.watch(handle);
    this.handles.set(chatId, handle);
    return handle;
  }

  /** Looks at the chat no more. */
  leave(chatId: string): void {
    this.handles.get(chatId)?.close();
    this.handles.delete(chatId);
  }

  /** The page is loaded again: what was not sent is sent by the new one. */
  reload(): void {
    const chats = [...this.handles.keys()];
    this.#clock.kill();
    this.#line?.closedByDevice();
    this.handles.clear();
    this.#clock = new ProcessClock(this.#nature.time);
    this.#viewpoint = new Viewpoint(this.#nature, this.name);
    this.client = this.#open();
    for (const chatId of chats) this.look(chatId);
  }

  /** No network. */
  goOffline(): void {
    this.offline = true;
    this.#line?.closedByDevice();
    const line = this.#line;
    this.#line = undefined;
    if (line !== undefined) this.#lost?.();
  }

  /** Laptop lid. */
  sleep(): void {
    this.#clock.freeze();
  }

  wake(): void {
    this.#clock.thaw();
  }

  /** Nothing passes on its line any more. */
  goSilent(): void {
    this.#line?.goSilent();
  }

  slowDown(ballast: number): void {
    this.#line?.slowDown(ballast);
  }

  speedUp(): void {
    this.#line?.speedUp();
  }

  #lost: (() => void) | undefined;

  #open(): Client {
    const clock = this.#clock;
    const storage: KeyValueStorage = {
      getItem: (key) => this.#kept.get(key) ?? null,
      setItem: (key, value) => void this.#kept.set(key, value),
      removeItem: (key) => void this.#kept.delete(key),
    };
    const client = createClient({
      baseUrl: '',
      token: this.user,
      clock,
      ids: this.#nature.ids,
      storage,
      fetch: (input, init) => this.#fetch(clock, input, init),
      transport: (handlers) => this.#transport(clock, handlers),
    });
    client.onChatChanged((row) => {
      this.#nature.note(() => `${this.name} row ${JSON.stringify(row)}`);
      if ((this.rows.get(row.chatId)?.lastSeq ?? 0) <= row.lastSeq) this.rows.set(row.chatId, row);
    });
    return client;
  }

  #fetch(clock: ProcessClock, input: Parameters<typeof fetch>[0], init: RequestInit = {}): Promise<Response> {
    const { method = 'GET', body, headers, signal } = init;
    return new Promise((resolve, reject) => {
      const fail = (): void => reject(new TypeError('no network'));
      if (this.offline) {
        clock.setTimeout(fail, 1);
        return;
      }
      signal?.addEventListener('abort', () =>
        reject(signal.reason instanceof Error ? signal.reason : new Error('abort')),
      );
      const url = typeof input === 'string' ? input : new Request(input).url;
      const text = typeof body === 'string' ? body : undefined;
      const request = { method, url, headers: headers as Record<string, string>, body: text };
      void this.#ways.edge.send(request).then((answer) => {
        clock.setTimeout(() => {
          if (answer === 'connection lost' || this.offline) fail();
          else resolve(responseOf(answer));
        }, 0);
      });
    });
  }

  #transport(clock: ProcessClock, handlers: TransportHandlers): Transport {
    let attempt = 0;
    const asked = new Set<(error: Error) => void>();
    const lose = (code: string): void => {
      attempt += 1;
      this.#line = undefined;
      for (const fail of [...asked]) fail(new Error('the connection was lost'));
      handlers.onDisconnect({ code, message: code });
    };
    return {
      connect: () => {
        attempt += 1;
        const mine = attempt;
        const isMine = (): boolean => mine === attempt;
        this.#lost = () => clock.setTimeout(() => isMine() && lose('offline'), 0);
        const refuse = (code: string) => (): void => {
          if (isMine()) lose(code);
        };
        const standing = this.#ways.streams.filter(({ alive }) => alive);
        const end = standing[this.#nature.chance.below(standing.length)];
        if (end === undefined || this.offline) {
          clock.setTimeout(refuse('refused'), 5);
          return;
        }
        const late = clock.setTimeout(refuse('timeout'), CONNECT_MS);
        const line = new Line(this.#nature, {
          token: this.user,
          clock,
          end,
          handlers: {
            onOpen: () => {
              clock.clearTimeout(late);
              if (!isMine()) return;
              this.#viewpoint.connected();
              handlers.onConnect();
            },
            onLost: ({ code }) => {
              clock.clearTimeout(late);
              refuse(code)();
            },
            onArrived: (event, payload) => {
              if (!isMine()) return;
              this.#viewpoint.arrived(event, payload);
              handlers.onMessage(event, payload);
            },
          },
        });
        this.#line = line;
        end.accept(line);
      },
      disconnect: () => {
        attempt += 1;
        this.#line?.closedByDevice();
        this.#line = undefined;
        for (const fail of [...asked]) fail(new Error('the connection was closed'));
      },
      request: (event, payload, timeoutMs) =>
        new Promise((resolve, reject) => {
          const line = this.#line;
          if (line === undefined) {
            reject(new Error('not connected'));
            return;
          }
          const fail = (error: Error): void => {
            asked.delete(fail);
            clock.clearTimeout(timer);
            reject(error);
          };
          const timer = clock.setTimeout(() => fail(new Error('no answer in time')), timeoutMs);
          asked.add(fail);
          this.#viewpoint.asked(event, payload);
          line.send(event, JSON.stringify(payload), (data) => {
            if (!asked.delete(fail)) return;
            clock.clearTimeout(timer);
            this.#nature.note(() => `${this.name} ${event} ${data}`);
            resolve(JSON.parse(data));
          });
        }),
    };
  }
}

/** As much of a `Response` as the client reads; a real one answers in a time of its own. */
function responseOf({ status, headers, body }: Exclude<HouseAnswer, string>): Response {
  const response = {
    ok: status >= 200 && status < 300,
    status,
    headers: { get: (name: string) => headers[name] ?? null },
    json: async (): Promise<unknown> => JSON.parse(body),
    text: async (): Promise<string> => body,
  };
  return response as unknown as Response;
}
