import { tokenOf, UnauthorizedError, type Identity } from '@colloquy/access';
import { SOCKET_EVENTS, type Bye, type Clock, type Commits, type TimerHandle } from '@colloquy/contracts';
import { ownerKey } from '@colloquy/messaging';
import type { Server, Socket } from 'socket.io';
import type { ChatStreams } from './chat-streams.ts';
import type { Connection } from './connection.ts';
import type { GatewayParts } from './ports.ts';
import { Sidebars, userRoomOf } from './push-sidebar.ts';
import { roomOf, SocketViewer } from './socket-viewer.ts';
import { subscriptions } from './subscriptions.ts';
import { Watching } from './watching.ts';

/** The sockets of this gateway. */
export interface Sockets {
  /** How many are connected. */
  count(): number;
  /** Sends one batch to all who have joined the chat. */
  broadcast(commits: Commits): void;
  /** Tells every client to connect again, each at another moment within `spreadMs`; lets nobody in any more. */
  sayBye(spreadMs: number): void;
  /** Ends every connection. */
  disconnect(): void;
}

const EXPIRED_RECONNECT_MS = 1000;
/** How long after a broadcast those are looked for who are behind, in ms: once for all broadcasts of that time. */
const RELIEVE_MS = 100;

/** Serves Socket.IO clients: who they are, what they watch, what changes in their sidebar. */
export function serveSockets(server: Server, parts: GatewayParts, streams: ChatStreams): Sockets {
  const watchings = new Set<Watching>();
  const sidebars = new Sidebars({
    ...parts,
    send: (key, row) => void server.to(userRoomOf(key)).emit(SOCKET_EVENTS.chatChanged, row),
  });
  let draining = false;
  server.use((socket, next) => {
    if (draining) next(refusal('draining', 'This instance is going: connect again.'));
    else
      authenticate(socket, parts).then(
        () => next(),
        (error: unknown) => next(refusalOf(parts, error)),
      );
  });
  server.on('connection', (socket) => {
    parts.meters.connected('socket');
    const watching = welcome(socket, { parts, streams, sidebars });
    watchings.add(watching);
    socket.on('disconnect', () => watchings.delete(watching));
  });
  const relieve = relieveSoon(parts.clock, watchings);
  return {
    count: () => server.engine.clientsCount,
    broadcast: (commits) => {
      server.to(roomOf(commits.chatId)).emit(SOCKET_EVENTS.commits, commits);
      relieve();
    },
    sayBye: (spreadMs) => {
      draining = true;
      sayBye(server, parts, spreadMs);
    },
    disconnect: () => server.disconnectSockets(true),
  };
}

/** Looking at every viewer costs; so it is done once for all that is broadcast within a moment. */
function relieveSoon(clock: Clock, watchings: ReadonlySet<Watching>): () => void {
  let timer: TimerHandle | undefined;
  const relieve = (): void => {
    timer = undefined;
    for (const watching of watchings) watching.relieve();
  };
  return () => {
    timer ??= clock.setTimeout(relieve, RELIEVE_MS);
  };
}

function welcome(socket: Socket, of: { parts: GatewayParts; streams: ChatStreams; sidebars: Sidebars }): Watching {
  const { parts, streams, sidebars } = of;
  const { access, logger, clock, meters, replays } = parts;
  const watching = new Watching(parts, streams, new SocketViewer({ socket, clock, meters }));
  const identity = identityOf(socket);
  serve(socket, { identity, access, logger, watching, replays });
  const cancelExpiry = expire(socket, { clock, identity });
  const key = ownerKey({ ownerId: identity.userId, tenantId: identity.tenantId });
  void socket.join(userRoomOf(key));
  sidebars.add(key);
  socket.on('disconnect', () => {
    cancelExpiry();
    watching.close();
    sidebars.remove(key);
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

/** What a client gets as `connect_error`: words and, for programs, `data.code`. */
function refusal(code: string, message: string): Error {
  return Object.assign(new Error(message), { data: { code } });
}

function refusalOf(parts: GatewayParts, error: unknown): Error {
  if (error instanceof UnauthorizedError) return refusal('unauthorized', error.message);
  parts.logger.warn({ err: error }, 'a token could not be checked');
  return refusal('unavailable', 'The token cannot be checked now: try again in a moment.');
}

function identityOf(socket: Socket): Identity {
  return Reflect.get(socket.data as object, 'identity') as Identity;
}

function serve(socket: Socket, connection: Connection): void {
  for (const [event, handle] of Object.entries(subscriptions)) {
    socket.on(event, (payload: unknown, ack: unknown) => {
      handle(connection, payload).then(
        (reply) => {
          if (typeof ack === 'function') Reflect.apply(ack, undefined, [reply]);
        },
        (error: unknown) => connection.logger.warn({ err: error, event }, 'a message of a client failed'),
      );
    });
  }
}

/** Says bye when the client's token ends. */
function expire(socket: Socket, of: { clock: Clock; identity: Identity }): () => void {
  const { clock, identity } = of;
  if (identity.expiresAt === undefined) return () => undefined;
  const timer = clock.setTimeout(
    () => {
      const bye: Bye = { reason: 'auth_expired', reconnectInMs: EXPIRED_RECONNECT_MS };
      socket.emit(SOCKET_EVENTS.bye, bye);
      socket.disconnect(true);
    },
    identity.expiresAt * 1000 - clock.now(),
  );
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
