import { tokenOf, type Identity } from '@colloquy/access';
import { IDEMPOTENCY_HEADER, MAX_BODY_BYTES, operations, type Clock, type Operation } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import type { z } from 'zod';
import type { Call, GatewayParts, GivenBytes, Handler } from './ports.ts';
import { asProblem, invalidRequest } from './problems.ts';
import { subscriptions } from './subscriptions.ts';

const NOBODY: Identity = { userId: '', guest: true };
const MAX_KEY_LENGTH = 200;
/** So long the connection of an upload lives after an answer that came before its end. */
const HEAR_MS = 2000;

/**
 * Makes a route of every operation: checks the token, validates what was sent, calls its function.
 * @throws Error when an operation has no function: the service must not start with a hole in its API
 */
export function addRoutes(fastify: FastifyInstance, parts: GatewayParts): void {
  for (const operation of operations) {
    const handler = subscriptions[operation.id];
    if (!handler) throw new Error(`the operation ${operation.id} has no function in subscriptions.ts`);
    const route: RouteOptions = {
      method: operation.method.toUpperCase(),
      url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: MAX_BODY_BYTES,
      handler: async (request, reply) => answer({ parts, operation, handler }, request, reply),
    };
    if (operation.bytes)
      fastify.register((scope, _options, done) => takeBytes(scope, { route, clock: parts.clock }, done));
    else fastify.route(route);
  }
}

/** A route whose bodies are not read before its function reads them. */
function takeBytes(
  scope: FastifyInstance,
  { route, clock }: { route: RouteOptions; clock: Clock },
  done: () => void,
): void {
  scope.removeAllContentTypeParsers();
  scope.addContentTypeParser('*', (_request, payload, read) => read(null, payload));
  scope.addHook('onResponse', async ({ raw }) => endSoon(raw, clock));
  scope.route(route);
  done();
}

/** Who was answered before their last byte may hear so; then the connection ends, whatever they go on sending. */
function endSoon(raw: FastifyRequest['raw'], clock: Clock): void {
  if (raw.complete || raw.destroyed) return;
  const timer = clock.setTimeout(() => raw.destroy(), HEAR_MS);
  raw.once('close', () => clock.clearTimeout(timer));
  raw.removeAllListeners('readable');
  raw.resume();
}

async function answer(
  of: { parts: GatewayParts; operation: Operation; handler: Handler },
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<unknown> {
  try {
    const call = await callOf(of, request);
    const { body, headers } = await of.handler(of.parts, call);
    return await reply
      .code(of.operation.status)
      .headers({ ...headers })
      .send(body);
  } catch (error) {
    throw asProblem(error);
  }
}

async function callOf(of: { parts: GatewayParts; operation: Operation }, request: FastifyRequest): Promise<Call> {
  const { operation, parts } = of;
  const { authorization, cookie } = request.headers;
  const identity = operation.open ? NOBODY : await parts.tokens.verify(tokenOf({ authorization, cookie }));
  parts.limits.check(operation, { userId: userKeyOf(identity), ip: request.ip });
  return {
    identity,
    params: validated(operation.params, request.params, 'path') as Call['params'],
    query: validated(operation.query, request.query, 'query'),
    body: operation.bytes ? undefined : validated(operation.body, request.body, 'body'),
    ...(operation.bytes ? { upload: givenBytes(request) } : {}),
    key: keyOf(request),
  };
}

/** What is refused is not read to its end, but its connection must live until the answer is sent. */
function givenBytes({ raw, headers }: FastifyRequest): GivenBytes {
  const length = headers['content-length'];
  return {
    bytes: raw.iterator({ destroyOnReturn: false }),
    type: headers['content-type'],
    size: length === undefined ? undefined : Number(length),
  };
}

const userKeyOf = ({ tenantId = '', userId }: Identity): string => JSON.stringify([tenantId, userId]);

function validated(schema: z.ZodType | undefined, value: unknown, where: 'path' | 'query' | 'body'): unknown {
  if (!schema) return value;
  const result = schema.safeParse(value);
  if (!result.success) throw invalidRequest(where, result.error);
  return result.data;
}

function keyOf(request: FastifyRequest): string | undefined {
  const key = request.headers[IDEMPOTENCY_HEADER];
  if (key === undefined) return undefined;
  if (typeof key === 'string' && key.length > 0 && key.length <= MAX_KEY_LENGTH) return key;
  const detail = `The header Idempotency-Key must be given once, with 1 to ${String(MAX_KEY_LENGTH)} characters.`;
  throw new ProblemError({ status: 400, code: 'invalid_idempotency_key', title: 'The key cannot be used', detail });
}
