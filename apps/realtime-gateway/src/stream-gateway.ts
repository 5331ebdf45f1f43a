import { Inject } from '@nestjs/common';
import { WebSocketGateway, type OnGatewayInit } from '@nestjs/websockets';
import type { Server } from 'socket.io';
import { checkOnce, checkPositions } from './check-positions.ts';
import { ChatStreams } from './chat-streams.ts';
import type { GatewayParts } from './ports.ts';
import { serveSockets, type Sockets } from './serve-sockets.ts';
import { SseRooms } from './sse-viewer.ts';
import { PARTS } from './tokens.ts';

/** How often a drain looks whether everybody has left, in ms. */
const LOOK_MS = 50;

/** Holds the streams of this gateway and joins them to the Socket.IO server as soon as Nest has made it. */
@WebSocketGateway()
export class StreamGateway implements OnGatewayInit<Server> {
  readonly parts: GatewayParts;
  readonly rooms = new SseRooms();
  readonly streams: ChatStreams;
  readonly #stop = new AbortController();
  #sockets: Sockets | undefined;

  constructor(@Inject(PARTS) parts: GatewayParts) {
    this.parts = parts;
    this.streams = new ChatStreams(parts, (commits) => {
      this.rooms.broadcast(commits);
      this.#sockets?.broadcast(commits);
    });
  }

  /** Called by Nest once the Socket.IO server listens. */
  afterInit(server: Server): void {
    this.#sockets = serveSockets(server, this.parts, this.streams);
    void checkPositions(this.parts, this.streams, this.#stop.signal);
  }

  /** How many clients are connected, by how. */
  get counts(): { readonly socket: number; readonly sse: number } {
    return { socket: this.#sockets?.count() ?? 0, sse: this.rooms.size };
  }

  /** How many clients are connected. */
  get count(): number {
    return this.counts.socket + this.counts.sse;
  }

  /** After the connection to the broker was lost: live messages may have been missed. */
  checkNow(): void {
    void checkOnce(this.parts, this.streams);
  }

  /** Tells every client to connect elsewhere, waits until they have left or `ms` are over, ends the rest. */
  async letGo(ms: number, deadline: AbortSignal): Promise<void> {
    this.#stop.abort();
    this.#sockets?.sayBye(ms);
    this.rooms.sayBye(ms);
    const { clock } = this.parts;
    const until = clock.monotonic() + ms;
    while (this.count > 0 && clock.monotonic() < until && !deadline.aborted) {
      await clock.sleep(LOOK_MS, deadline).catch(() => undefined);
    }
    this.#sockets?.disconnect();
    await this.streams.close();
  }
}
