import { Readable } from 'node:stream';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type {} from '@fastify/http-proxy';
import { endToEndHeaders, forwardedHeaders } from './forwarded-headers.ts';
import type { InstancePool } from './instance-pool.ts';
import type { EventStreams } from './event-streams.ts';
import { isSilent, isUnreachable, serviceBrokeOff, serviceNotUp } from './service-not-up.ts';

type FromOptions = NonNullable<Parameters<FastifyReply['from']>[1]>;

/** One request on its way to one of a service's instances. */
export interface Forwarding {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  /** The path to ask for. */
  readonly path: string;
  /** What @fastify/http-proxy wants of the answer's headers. */
  readonly options: FromOptions;
  readonly pool: InstancePool;
  readonly streams: EventStreams;
  /** Trace context of the request here. */
  readonly traceparent: string | undefined;
}

/** Safe to send again when a connection broke before the answer. */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The body was read whole before the first attempt, so that it can be sent again. */
function bodyOf(request: FastifyRequest): Pick<FromOptions, 'body' | 'contentType'> {
  if (!Buffer.isBuffer(request.body)) return {};
  return { body: request.body, contentType: request.headers['content-type'] ?? 'application/octet-stream' };
}

/** A body that passed as it came cannot be sent again. */
function mayTryNext(request: FastifyRequest, unreachable: boolean): boolean {
  if (request.body instanceof Readable) return false;
  return unreachable || REPEATABLE.has(request.method);
}

function tryNext(forwarding: Forwarding, [url, ...others]: readonly string[]): void {
  const { request, reply, path, options, pool } = forwarding;
  if (url === undefined) {
    void reply.send(serviceNotUp(pool.service));
    return;
  }
  reply.from(path, {
    ...options,
    ...bodyOf(request),
    getUpstream: () => url,
    rewriteRequestHeaders: (_request, headers) => ({
      ...endToEndHeaders(headers),
      ...forwardedHeaders({ ip: request.ip, host: request.headers.host ?? '', requestId: request.id }),
      ...(forwarding.traceparent === undefined ? {} : { traceparent: forwarding.traceparent }),
    }),
    rewriteHeaders: (headers, given) => endToEndHeaders(options.rewriteHeaders?.(headers, given) ?? headers),
    onResponse: (_request, _reply, response) => {
      // An event stream may have nothing to say for long: its headers must not wait for the first event.
      reply.send(response.stream);
      if (!reply.raw.headersSent) reply.raw.flushHeaders();
      forwarding.streams.add(reply.raw);
    },
    onError: (_reply, { error }) => {
      request.log.debug({ err: error, url }, 'an instance did not answer');
      const unreachable = isUnreachable(error);
      if (unreachable) pool.refused(url);
      else if (isSilent(error)) pool.silent(url);
      if (!mayTryNext(request, unreachable)) {
        void reply.send(unreachable ? serviceNotUp(pool.service) : serviceBrokeOff(pool.service));
        return;
      }
      tryNext(forwarding, others);
    },
  });
}

/** Sends a request to the first instance that takes it, and its answer back as it comes, unbuffered. */
export function forwardRequest(forwarding: Forwarding): FastifyReply {
  tryNext(forwarding, forwarding.pool.order());
  return forwarding.reply;
}
