import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { fastifyHttpProxy } from '@fastify/http-proxy';
import { DRAIN_ORDER, ProblemError, type ServiceContext, type ServiceTracer } from '@colloquy/service';
import type { FastifyInstance } from 'fastify';
import type { EdgeEnv } from './env.ts';
import { EventStreams } from './event-streams.ts';
import { followNames, lookupName } from './follow-names.ts';
import { forwardRequest } from './forward-request.ts';
import { forwardUpgrade, refuseUpgrade } from './forward-upgrade.ts';
import { InstancePool } from './instance-pool.ts';
import { createMeters, type Meters } from './meters.ts';
import { noWebPage } from './no-web-page.ts';
import type { Tunnel } from './tunnel.ts';

/** The largest body that passes, bytes; the services have smaller limits of their own. */
export const LARGEST_BODY = 4 * 1024 * 1024;

/** Connections to the services: streams may be silent for as long as they like, a connection is there soon or never. */
const CONNECTIONS = { bodyTimeout: 0, connect: { timeout: 2000 } };

/** How long an instance that took a connection may be silent before it is passed over, ms. */
export interface Patience {
  /** Until the headers of an answer. */
  readonly answerMs: number;
  /** Until an upgrade is answered. */
  readonly upgradeMs: number;
}

/** The api-gateway answers within about six seconds, even when all behind it is away. */
const PATIENCE: Patience = { answerMs: 15_000, upgradeMs: 5000 };

/** For event streams, and for pages, which a web app in development builds when they are first asked for. */
const SLOW_ANSWER_MS = 120_000;

/** One prefix of the origin, and who serves it. */
interface Route {
  readonly prefix: string;
  readonly pool: InstancePool;
  /** Silence until the headers of an answer, ms. */
  readonly answerMs: number;
  /** True when bodies are as large as the service likes: they pass as they come. */
  readonly passes?: true;
}

/** One origin: which service has which part of it. The longest prefix first. */
function routesOf(context: ServiceContext<EdgeEnv>, { answerMs }: Patience, meters: Meters): readonly Route[] {
  const { env, clock, drain } = context;
  const pool = (service: string, urls: readonly string[]): InstancePool => {
    const onFailure = (how: 'refused' | 'silent'): void => meters.failed(service, how);
    const made = new InstancePool(service, urls, { now: () => clock.monotonic(), onFailure });
    const stop = followNames({ urls, replace: (found) => made.replace(found) }, { clock, lookup: lookupName });
    drain.onDrain(`names of ${service}`, stop, DRAIN_ORDER.closeConnections);
    return made;
  };
  const realtime = pool('realtime-gateway', env.REALTIME_URLS);
  const api = pool('api-gateway', env.API_URLS);
  return [
    { prefix: '/socket.io', pool: realtime, answerMs },
    { prefix: '/live', pool: realtime, answerMs: SLOW_ANSWER_MS },
    { prefix: '/v1/files', pool: api, answerMs: SLOW_ANSWER_MS, passes: true },
    { prefix: '/v1', pool: api, answerMs },
    ...(env.WEB_URLS.length > 0 ? [{ prefix: '/', pool: pool('web', env.WEB_URLS), answerMs: SLOW_ANSWER_MS }] : []),
  ];
}

function isBelow(path: string, prefix: string): boolean {
  return prefix === '/' || path === prefix || path.startsWith(`${prefix}/`);
}

/** Bodies that pass have their own parser, and a scope of their own for it. */
function route(fastify: FastifyInstance, to: Route, given: Parameters<typeof proxy>[2]): void {
  if (to.passes !== true) {
    proxy(fastify, to, given);
    return;
  }
  fastify.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, read) => read(null, payload));
    proxy(scope, to, given);
    done();
  });
}

function proxy(
  fastify: FastifyInstance,
  { prefix, pool, answerMs }: Route,
  { streams, tracer }: { streams: EventStreams; tracer: ServiceTracer },
): void {
  fastify.register(fastifyHttpProxy, {
    prefix,
    rewritePrefix: prefix,
    upstream: '',
    proxyPayloads: false,
    undici: { ...CONNECTIONS, headersTimeout: answerMs },
    disableRequestLogging: true,
    internalRewriteLocationHeader: false,
    // Only to satisfy the plugin: the handler says for each attempt where it goes.
    replyOptions: { getUpstream: () => 'http://instance.invalid' },
    handler: (...given) => {
      const [request, reply, path, options] = given;
      return forwardRequest({ request, reply, path, options, pool, streams, traceparent: tracer.current() });
    },
  });
}

function keepBodiesWhole(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LARGEST_BODY }, (_request, body, done) =>
    done(null, body),
  );
}

const DRAINING = new ProblemError({
  status: 503,
  code: 'draining',
  title: 'The edge is stopping',
  detail: 'Connect again in a moment.',
  headers: { 'retry-after': '1' },
});

const NOTHING_HERE = new ProblemError({
  status: 404,
  code: 'not_found',
  title: 'Not found',
  detail: 'Only /socket.io takes WebSocket connections.',
});

/** Who upgrades go to, and how long an instance may be silent. */
interface Upgrades {
  readonly routes: readonly Route[];
  readonly patience: Patience;
  /** Those that are open. */
  readonly tunnels: Set<Tunnel>;
}

function tunnelUpgrades(
  fastify: FastifyInstance,
  context: ServiceContext<EdgeEnv>,
  { routes, patience, tunnels }: Upgrades,
): void {
  const { clock, drain, ids } = context;
  const { upgradeMs } = patience;
  const onTunnel = (tunnel: Tunnel): void => {
    tunnels.add(tunnel);
    void tunnel.closed.then(() => tunnels.delete(tunnel));
    if (drain.draining) tunnel.leave();
  };
  fastify.server.on('upgrade', (request: IncomingMessage, client: Duplex, head: Buffer) => {
    // Node took its own listener away: a client that resets must not end the process.
    client.on('error', () => client.destroy());
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/';
    const route = routes.find(({ prefix }) => isBelow(path, prefix));
    if (drain.draining) refuseUpgrade(client, DRAINING);
    else if (!route) refuseUpgrade(client, NOTHING_HERE);
    else forwardUpgrade({ request, client, head, pool: route.pool, requestId: ids.uuid(), clock, upgradeMs, onTunnel });
  });
  const leaveAll = async (): Promise<void> => {
    for (const tunnel of tunnels) tunnel.leave();
    await Promise.all([...tunnels].map((tunnel) => tunnel.closed));
  };
  drain.onDrain('websockets', leaveAll, DRAIN_ORDER.tellClients);
}

/** Makes the edge: every request and every upgrade to one of the instances of the service that has its path. */
export function routeRequests(
  fastify: FastifyInstance,
  context: ServiceContext<EdgeEnv>,
  patience: Patience = PATIENCE,
): void {
  const streams = new EventStreams();
  const tunnels = new Set<Tunnel>();
  const meters = createMeters(context.metrics, {
    websockets: () => tunnels.size,
    eventStreams: () => streams.size,
  });
  const routes = routesOf(context, patience, meters);
  keepBodiesWhole(fastify);
  context.drain.onDrain('event streams', () => streams.endAll(), DRAIN_ORDER.tellClients);
  for (const to of routes) route(fastify, to, { streams, tracer: context.tracer });
  if (context.env.WEB_URLS.length === 0) {
    fastify.get('/', (request, reply) =>
      reply.header('content-type', 'text/html; charset=utf-8').send(noWebPage(request.headers.host ?? '')),
    );
  }
  tunnelUpgrades(fastify, context, { routes, patience, tunnels });
}
