import { tokenOf, type Identity } from '@colloquy/access';
import { SOCKET_EVENTS, type Bye, type ChatRow, type Clock, type Commits } from '@colloquy/contracts';
import { ownerKey } from '@colloquy/messaging';
import type { Server, Socket } from 'socket.io';
import type { ChatStreams } from './chat-streams.ts';
import { replayBudget, type Connection } from './connection.ts';
import type { GatewayParts } from './ports.ts';
import { Sidebars, userRoomOf } from './push-sidebar.ts';
import { roomOf, SocketViewer } from './socket-viewer.ts';
import { subscriptions } from './subscriptions.ts';
import { Watching } from './watching.ts';

/** The sockets of this gateway. */
export interface Sockets {
  /** How many are connected. */
  count(): number;
  /** Sends one batch to all who have joined the chat; takes those out who are behind. */
  broadcast(commits: Commits): void;
  /** Tells every client to connect again, each at another moment within `spreadMs`. */
  sayBye(spreadMs: number): void;
  /** Ends every connection. */
  disconnect(): void;
}

const EXPIRED_RECONNECT_MS = 1000;

/** Serves Socket.IO clients: who they are, what they watch, what changes in their sidebar. */
export function serveSockets(server: Server, parts: GatewayParts, streams: ChatStreams): Sockets {
  const watchings = new Map<string, Watching>();
  const sidebars = new Sidebars({
    live: parts.live,
    send: (key: string, row: ChatRow) => void server.to(userRoomOf(key)).emit(SOCKET_EVENTS.chatChanged, row),
  });
  server.use((socket, next) => {
    authenticate(socket, parts).then(
      () => next(),
      (error: unknown) => next(Object.assign(asError(error), { data: { code: 'unauthorized' } })),
    );
  });
  server.on('connection', (socket) => {
    const watching = welcome(socket, { parts, streams, sidebars });
    watchings.set(socket.id, watching);
    socket.on('disconnect', () => watchings.delete(socket.id));
  });
  return {
    count: () => server.engine.clientsCount,
    broadcast: (commits) => {
      const room = roomOf(commits.chatId);
      server.to(room).emit(SOCKET_EVENTS.commits, commits);
      for (const id of server.sockets.adapter.rooms.get(room) ?? []) {
        watchings.get(id)?.relieve((chatId) => (chatId === commits.chatId ? commits.cursor : streams.cursorOf(chatId)));
      }
    },
    sayBye: (spreadMs) => sayBye(server, parts, spreadMs),
    disconnect: () => server.disconnectSockets(true),
  };
}

function welcome(socket: Socket, of: { parts: GatewayParts; streams: ChatStreams; sidebars: Sidebars }): Watching {
  const { parts, streams, sidebars } = of;
  const { access, logger, clock, meters } = parts;
  const watching = new Watching(parts, streams, new SocketViewer({ socket, clock, meters }));
  const identity = identityOf(socket);
  serve(socket, { identity, access, logger, watching, mayReplay: replayBudget(clock) });
  const cancelExpiry = expire(socket, { clock, identity });
  const key = ownerKey({ ownerId: identity.userId, tenantId: identity.tenantId });
  void socket.join(userRoomOf(key));
  const added = sidebars.add(key).catch((error: unknown) => logger.warn({ err: error }, 'no sidebar for a client'));
  socket.on('disconnect', () => {
    cancelExpiry();
    watching.close();
    void added.then(() => sidebars.remove(key));
  });
  return watching;
}

async function authenticate(socket: Socket, parts: GatewayParts): Promise<void> {
  const given: unknown = Reflect.get(socket.handshake.auth, 'token');
  const { authorization, cookie } = socket.handshake.headers;
  const token = typeof given === 'string' ? given : tokenOf({ authorization, cookie });
  const identity = await parts.tokens.verify(token);
  Reflect.set(socket.data as object, 'identity', identity);
}

function identityOf(socket: Socket): Identity {
  return Reflect.get(socket.data as object, 'identity') as Identity;
}

function serve(socket: Socket, connection: Connection): void {
  for (const [event, handle] of Object.entries(subscriptions)) {
    socket.on(event, (payload: unknown, ack: unknown) => {
      void Promise.resolve(handle(connection, payload)).then((reply) => {
        if (typeof ack === 'function') Reflect.apply(ack, undefined, [reply]);
      });
    });
  }
}

/** Says bye when the client's token ends. */
function expire(socket: Socket, of: { clock: Clock; identity: Identity }): () => void {
  const { clock, identity } = of;
  if (identity.expiresAt === undefined) return () => undefined;
  const ms = identity.expiresAt * 1000 - clock.now();
  // Longer than a timer can be: such a client connects anew before.
  if (ms > 2 ** 31 - 1) return () => undefined;
  const timer = clock.setTimeout(() => {
    const bye: Bye = { reason: 'auth_expired', reconnectInMs: EXPIRED_RECONNECT_MS };
    socket.emit(SOCKET_EVENTS.bye, bye);
    socket.disconnect(true);
  }, ms);
  return () => clock.clearTimeout(timer);
}

function sayBye(server: Server, parts: GatewayParts, spreadMs: number): void {
  const sockets = [...server.sockets.sockets.values()];
  for (const [index, socket] of sockets.entries()) {
    const bye: Bye = { reason: 'drain', reconnectInMs: Math.round((spreadMs * index) / sockets.length) };
    socket.emit(SOCKET_EVENTS.bye, bye);
  }
  parts.logger.info({ sockets: sockets.length }, 'told every client to connect elsewhere');
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
