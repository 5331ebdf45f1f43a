import type { Server } from 'socket.io';
import type { Line } from './line.ts';

type Listener = (...args: unknown[]) => void;

/** Something that waits to be sent: engine.io's packets have `data` as well. */
interface Packet {
  readonly data: string;
  readonly arrive: ((data: string) => void) | undefined;
}

/** A Socket.IO connection as the server sees it, as far as our gateway uses one. */
export class HouseSocket {
  readonly handshake: { readonly auth: { readonly token: string }; readonly headers: Record<string, string> };
  readonly data = {};
  /** engine.io's side: what waits to be sent, and who wants to know when it is. */
  readonly conn = { writeBuffer: [] as Packet[], on: this.#listen.bind(this), off: this.#unlisten.bind(this) };
  connected = true;
  readonly #server: HouseSockets;
  readonly #line: Line;
  readonly #handlers = new Map<string, Listener[]>();
  readonly #connHandlers = new Map<string, Set<Listener>>();
  #slow = false;

  constructor(server: HouseSockets, line: Line) {
    this.#server = server;
    this.#line = line;
    this.handshake = { auth: { token: line.token }, headers: {} };
  }

  on(event: string, listener: Listener): void {
    this.#handlers.set(event, [...(this.#handlers.get(event) ?? []), listener]);
  }

  emit(event: string, payload: unknown): void {
    this.emitEncoded(event, JSON.stringify(payload));
  }

  emitEncoded(event: string, data: string): void {
    this.#push({ data, arrive: (text) => this.#line.arrived(event, text) });
  }

  join(room: string): void {
    this.#server.room(room).add(this);
  }

  leave(room: string): void {
    this.#server.room(room).delete(this);
  }

  disconnect(): void {
    if (!this.connected) return;
    this.#line.closedByServer();
    this.ended();
  }

  /** The client has sent this. */
  heard(event: string, text: string, answer: (data: string) => void): void {
    if (!this.connected) return;
    const ack = (reply: unknown): void => this.#push({ data: JSON.stringify(reply), arrive: answer });
    for (const handle of this.#handlers.get(event) ?? []) handle(JSON.parse(text), ack);
  }

  /** The connection is gone. */
  ended(): void {
    if (!this.connected) return;
    this.connected = false;
    this.#server.left(this);
    for (const listener of [...(this.#connHandlers.get('close') ?? [])]) listener();
    for (const listener of this.#handlers.get('disconnect') ?? []) listener();
  }

  /** From now on the client takes nothing; so much of other chats' waits already. */
  slowDown(ballast: number): void {
    this.#slow = true;
    for (let i = 0; i < ballast; i += 1) this.conn.writeBuffer.push({ data: '', arrive: undefined });
  }

  /** The client takes everything again. */
  speedUp(): void {
    this.#slow = false;
    this.#flush();
  }

  #push(packet: Packet): void {
    if (!this.connected) return;
    this.conn.writeBuffer.push(packet);
    if (!this.#slow) this.#flush();
  }

  #flush(): void {
    const packets = this.conn.writeBuffer;
    this.conn.writeBuffer = [];
    for (const { data, arrive } of packets) if (arrive !== undefined) this.#line.down(() => arrive(data));
    for (const listener of [...(this.#connHandlers.get('drain') ?? [])]) listener();
  }

  #listen(event: string, listener: Listener): void {
    const all = this.#connHandlers.get(event) ?? new Set();
    this.#connHandlers.set(event, all.add(listener));
  }

  #unlisten(event: string, listener: Listener): void {
    this.#connHandlers.get(event)?.delete(listener);
  }
}

type Middleware = (socket: HouseSocket, next: (error?: Error) => void) => void;

/** A Socket.IO server, as far as our gateway uses one. */
export class HouseSockets {
  readonly sockets = { sockets: new Map<HouseSocket, HouseSocket>() };
  readonly #middlewares: Middleware[] = [];
  readonly #rooms = new Map<string, Set<HouseSocket>>();
  #onConnection: (socket: HouseSocket) => void = () => undefined;

  /** For `serveSockets`, which knows the real one only. */
  get asServer(): Server {
    return this as unknown as Server;
  }

  get engine(): { readonly clientsCount: number } {
    return { clientsCount: this.sockets.sockets.size };
  }

  use(middleware: Middleware): void {
    this.#middlewares.push(middleware);
  }

  on(_event: 'connection', listener: (socket: HouseSocket) => void): void {
    this.#onConnection = listener;
  }

  /** Encoded once, however many are in the room. */
  to(room: string): { emit(event: string, payload: unknown): void } {
    return {
      emit: (event, payload) => {
        const data = JSON.stringify(payload);
        for (const socket of this.room(room)) socket.emitEncoded(event, data);
      },
    };
  }

  disconnectSockets(): void {
    for (const socket of [...this.sockets.sockets.values()]) socket.disconnect();
  }

  room(name: string): Set<HouseSocket> {
    const room = this.#rooms.get(name) ?? new Set();
    this.#rooms.set(name, room);
    return room;
  }

  left(socket: HouseSocket): void {
    this.sockets.sockets.delete(socket);
    for (const room of this.#rooms.values()) room.delete(socket);
  }

  /** Somebody wants to connect. */
  welcome(line: Line): void {
    const socket = new HouseSocket(this, line);
    this.#ask(socket, this.#middlewares, (error) => {
      if (error !== undefined) {
        line.refused(error);
        return;
      }
      this.sockets.sockets.set(socket, socket);
      line.opened(socket);
      this.#onConnection(socket);
    });
  }

  #ask(socket: HouseSocket, [first, ...rest]: readonly Middleware[], done: (error?: Error) => void): void {
    if (first === undefined) done();
    else first(socket, (error) => (error === undefined ? this.#ask(socket, rest, done) : done(error)));
  }
}
