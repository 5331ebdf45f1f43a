import { ChatNotFoundError, tokenOf, UnauthorizedError } from '@colloquy/access';
import { idSchema, parseCursor, type Cursor } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ChatStreams } from './chat-streams.ts';
import type { GatewayParts } from './ports.ts';
import { SseViewer, type SseRooms } from './sse-viewer.ts';
import { watchChat } from './watch-chat.ts';

/** A comment line this often, in ms, so that proxies keep the response open. */
const KEEP_ALIVE_MS = 15_000;

/**
 * GET /live/:chatId: the same as `subscribe`, as server-sent events. `id` is the cursor; a browser sends it back as
 * `Last-Event-ID`. The event `reset` says: reload by HTTP.
 */
export function serveSse(
  fastify: FastifyInstance,
  parts: GatewayParts,
  of: { streams: ChatStreams; rooms: SseRooms },
): void {
  fastify.get('/live/:chatId', async (request, reply) => {
    const chatId = await admit(parts, request);
    await stream({ parts, ...of }, { chatId, cursor: cursorOf(request) }, reply);
  });
}

async function admit(parts: GatewayParts, request: FastifyRequest): Promise<string> {
  const chatId = idSchema.safeParse(Reflect.get(request.params as object, 'chatId'));
  if (!chatId.success) throw problem(400, 'invalid_request', 'The chat id is not an id.');
  try {
    const { authorization, cookie } = request.headers;
    const identity = await parts.tokens.verify(tokenOf({ authorization, cookie }));
    await parts.access.check(identity, chatId.data);
  } catch (error) {
    if (error instanceof UnauthorizedError) throw problem(401, 'unauthorized', error.message);
    if (error instanceof ChatNotFoundError) throw problem(404, 'chat_not_found', error.message);
    throw error;
  }
  return chatId.data;
}

function cursorOf(request: FastifyRequest): Cursor | undefined {
  const asked: unknown = request.headers['last-event-id'] ?? Reflect.get(request.query as object, 'cursor');
  if (typeof asked !== 'string' || asked === '') return undefined;
  const cursor = parseCursor(asked);
  if (!cursor) throw problem(400, 'invalid_cursor', 'The cursor cannot be read: reload the chat and use its cursor.');
  return cursor;
}

async function stream(
  of: { parts: GatewayParts; streams: ChatStreams; rooms: SseRooms },
  wanted: { chatId: string; cursor: Cursor | undefined },
  reply: FastifyReply,
): Promise<void> {
  const { parts, streams, rooms } = of;
  const { chatId } = wanted;
  reply.hijack();
  const response = reply.raw;
  response.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  });
  const viewer = new SseViewer({ response, rooms, clock: parts.clock });
  const over = new AbortController();
  response.on('close', () => {
    over.abort();
    streams.release(chatId, viewer);
  });
  try {
    const watched = await watchChat(parts, streams, { viewer, ...wanted });
    if (!watched.recovered) viewer.reset(chatId);
    else if (over.signal.aborted) streams.release(chatId, viewer);
    else void keepAlive(parts, viewer, over.signal);
  } catch (error) {
    parts.logger.warn({ chatId, err: error }, 'a chat could not be streamed');
    response.destroy();
  }
}

async function keepAlive(parts: GatewayParts, viewer: SseViewer, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    viewer.write(': still here\n\n');
    await parts.clock.sleep(KEEP_ALIVE_MS, signal).catch(() => undefined);
  }
}

function problem(status: number, code: string, detail: string): ProblemError {
  return new ProblemError({ status, code, title: 'The chat cannot be streamed', detail });
}
