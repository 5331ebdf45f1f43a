import { ChatNotFoundError, tokenOf, UnauthorizedError, type Identity } from '@colloquy/access';
import { idSchema, parseCursor, type Cursor } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChatStreams } from './chat-streams.ts';
import type { GatewayParts } from './ports.ts';
import { SseViewer, type SseRooms } from './sse-viewer.ts';
import { SupersededError } from './watch-chat.ts';
import { Watching } from './watching.ts';

/** A comment line this often, in ms, so that proxies keep the response open. */
const KEEP_ALIVE_MS = 15_000;
const EXPIRED_RECONNECT_MS = 1000;

/** What SSE is served with. */
export interface SseParts {
  readonly parts: GatewayParts;
  readonly streams: ChatStreams;
  readonly rooms: SseRooms;
}

/**
 * GET /live/:chatId: the same as `subscribe`, as server-sent events. `id` is the cursor; a browser sends it back as
 * `Last-Event-ID`. The event `reset` says: reload by HTTP.
 */
export function serveSse(fastify: FastifyInstance, of: SseParts): void {
  fastify.get('/live/:chatId', async (request, reply) => {
    const cursor = cursorOf(request);
    const admitted = await admit(of.parts, request);
    await stream(of, { ...admitted, cursor }, reply);
  });
}

interface Wanted {
  readonly chatId: string;
  readonly cursor: Cursor | undefined;
  readonly identity: Identity;
}

async function admit(parts: GatewayParts, request: FastifyRequest): Promise<Omit<Wanted, 'cursor'>> {
  const chatId = idSchema.safeParse(Reflect.get(request.params as object, 'chatId'));
  if (!chatId.success) throw problem({ status: 400, code: 'invalid_request', detail: 'The chat id is not an id.' });
  const identity = await identityOf(parts, request);
  limit(parts, identity);
  try {
    await parts.access.check(identity, chatId.data);
  } catch (error) {
    if (error instanceof ChatNotFoundError)
      throw problem({ status: 404, code: 'chat_not_found', detail: error.message });
    throw unavailable(parts, error);
  }
  return { chatId: chatId.data, identity };
}

async function identityOf(parts: GatewayParts, request: FastifyRequest): Promise<Identity> {
  try {
    const { authorization, cookie } = request.headers;
    return await parts.tokens.verify(tokenOf({ authorization, cookie }));
  } catch (error) {
    if (error instanceof UnauthorizedError) throw problem({ status: 401, code: 'unauthorized', detail: error.message });
    throw error;
  }
}

function limit(parts: GatewayParts, identity: Identity): void {
  const seconds = parts.replays.take(identity.userId);
  if (seconds === 0) return;
  throw problem({
    status: 429,
    code: 'rate_limited',
    detail: 'Too many subscriptions at once.',
    headers: { 'retry-after': String(Math.ceil(seconds)) },
  });
}

function cursorOf(request: FastifyRequest): Cursor | undefined {
  const asked: unknown = request.headers['last-event-id'] ?? Reflect.get(request.query as object, 'cursor');
  if (asked === undefined || asked === '') return undefined;
  const cursor = typeof asked === 'string' ? parseCursor(asked) : undefined;
  if (cursor) return cursor;
  const detail = 'The cursor cannot be read: reload the chat and use its cursor.';
  throw problem({ status: 400, code: 'invalid_cursor', detail });
}

async function stream(of: SseParts, wanted: Wanted, reply: FastifyReply): Promise<void> {
  const { parts, streams, rooms } = of;
  const response = reply.raw;
  const over = new AbortController();
  const viewer = new SseViewer({ response, rooms, clock: parts.clock, begin: () => begin(reply) });
  const watching = new Watching(parts, streams, viewer);
  rooms.add(viewer);
  parts.meters.connected('sse');
  const cancelExpiry = expire(parts, wanted.identity, viewer);
  response.on('close', () => {
    over.abort();
    cancelExpiry();
    watching.close();
    rooms.remove(viewer);
  });
  // Without a listener, a write to a connection that has just been lost would end the process.
  response.on('error', (error) => parts.logger.debug({ err: error }, 'an SSE response was lost'));
  try {
    const watched = await watching.start(wanted.chatId, wanted.cursor);
    if (watched.ok && !watched.recovered) viewer.reset(wanted.chatId, watched.cursor);
    else void keepAlive(parts, viewer, over.signal);
  } catch (error) {
    if (error instanceof SupersededError) {
      reply.hijack(); // the client has gone: there is nobody to answer
      return;
    }
    if (!response.headersSent) throw unavailable(parts, error);
    parts.logger.warn({ chatId: wanted.chatId, err: error }, 'a chat could not be streamed on');
    response.destroy();
  }
}

/** Ends the response when the client's token ends. */
function expire({ clock }: GatewayParts, { expiresAt }: Identity, viewer: SseViewer): () => void {
  if (expiresAt === undefined) return () => undefined;
  const bye = (): void => viewer.bye({ reason: 'auth_expired', reconnectInMs: EXPIRED_RECONNECT_MS });
  const timer = clock.setTimeout(bye, expiresAt * 1000 - clock.now());
  return () => clock.clearTimeout(timer);
}

function begin(reply: FastifyReply): void {
  if (reply.raw.headersSent) return;
  reply.hijack();
  reply.raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
}

async function keepAlive(parts: GatewayParts, viewer: SseViewer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    viewer.write(': still here\n\n');
    await parts.clock.sleep(KEEP_ALIVE_MS, signal).catch(() => undefined);
  }
}

function unavailable(parts: GatewayParts, error: unknown): ProblemError {
  parts.logger.warn({ err: error }, 'a chat could not be streamed');
  const detail = 'The log or the history cannot be read now: try again in a moment.';
  return problem({ status: 503, code: 'unavailable', detail, headers: { 'retry-after': '1' } });
}

function problem(of: {
  status: number;
  code: string;
  detail: string;
  headers?: Readonly<Record<string, string>>;
}): ProblemError {
  return new ProblemError({ ...of, title: 'The chat cannot be streamed' });
}
