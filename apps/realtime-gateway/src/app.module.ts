import { ChatAccess, createTokens, TokenBuckets } from '@colloquy/access';
import { connectMessaging, type Messaging } from '@colloquy/messaging';
import {
  CLOCK,
  DRAIN,
  DRAIN_ORDER,
  ENV,
  HEALTH,
  IDS,
  LOGGER,
  METRICS,
  STOPPING,
  TRACER,
  countReconnects,
  type DrainRegistry,
  type HealthRegistry,
  type Logger,
  type Metrics,
  type ServiceClock,
  type ServiceTracer,
  type SystemIds,
} from '@colloquy/service';
import { connectReader, type ChatReader, type Closable } from '@colloquy/store';
import { Module } from '@nestjs/common';
import type { Env } from './env.ts';
import { createMeters, watchClients } from './meters.ts';
import type { GatewayParts } from './ports.ts';
import { StreamGateway } from './stream-gateway.ts';
import { MESSAGING, PARTS, STORE } from './tokens.ts';

type Ports = readonly [ServiceClock, SystemIds, Logger, AbortSignal];

/** How often a user may subscribe, on this instance. */
const REPLAYS = { burst: 500, perSecond: 50 };

/** The realtime gateway: every provider. */
@Module({
  providers: [
    {
      provide: MESSAGING,
      inject: [ENV, CLOCK, IDS, LOGGER, STOPPING],
      useFactory: (env: Env, ...[clock, ids, logger, signal]: Ports) =>
        connectMessaging({
          url: env.NATS_URL,
          waitMs: env.NATS_WAIT_MS,
          signal,
          name: 'realtime-gateway',
          clock,
          ids,
          onFault: ({ what, error }) => logger.warn({ err: error }, what),
        }),
    },
    {
      provide: STORE,
      inject: [ENV],
      useFactory: (env: Env) => connectReader({ uri: env.MONGODB_URI, appName: 'realtime-gateway' }),
    },
    {
      provide: PARTS,
      inject: [ENV, MESSAGING, STORE, CLOCK, IDS, LOGGER, METRICS, TRACER],
      useFactory: (
        ...given: [Env, Messaging, ChatReader, ServiceClock, SystemIds, Logger, Metrics, ServiceTracer]
      ): GatewayParts => {
        const [env, messaging, store, clock, ids, logger, metrics, tracer] = given;
        const { log, live } = messaging;
        const access = new ChatAccess({ log, store, clock });
        const tokens = createTokens({ mode: env.AUTH_MODE, secret: env.AUTH_SECRET, clock, ids });
        const replays = new TokenBuckets(clock, REPLAYS);
        return { log, live, store, clock, logger, tracer, meters: createMeters(metrics), access, tokens, replays };
      },
    },
    StreamGateway,
    {
      provide: 'WIRING',
      inject: [StreamGateway, MESSAGING, STORE, HEALTH, DRAIN, METRICS],
      useFactory: (...given: [StreamGateway, Messaging, Closable, HealthRegistry, DrainRegistry, Metrics]) => {
        const [gateway, messaging, store, health, drain, metrics] = given;
        health.add('nats', () => messaging.ping());
        messaging.onReconnect(() => gateway.checkNow());
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        drain.onDrain('mongodb', () => store.close(), DRAIN_ORDER.closeConnections);
        watchClients(metrics, gateway);
        countReconnects(metrics, messaging);
        return true;
      },
    },
  ],
})
export class AppModule {}
