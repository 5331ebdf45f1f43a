import { createFileStore, openBlobs, type FileStore } from '@colloquy/files';
import { connectMessaging, type LogConsumer, type Messaging } from '@colloquy/messaging';
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
  watchParked,
  type DrainRegistry,
  type HealthRegistry,
  type Logger,
  type Metrics,
  type ServiceClock,
  type ServiceTracer,
  type SystemIds,
} from '@colloquy/service';
import { connectStore, type ChatWriter, type Closable } from '@colloquy/store';
import { DURABLES } from '@colloquy/contracts';
import { Module } from '@nestjs/common';
import { checkStore } from './check-store.ts';
import type { Env } from './env.ts';
import { eraseDeleted } from './erase-deleted.ts';
import { HeaderCache } from './header-cache.ts';
import { createMeters, createSweepMeters, watchLag } from './meters.ts';
import type { ProjectionParts } from './ports.ts';
import { sweepFiles } from './sweep-files.ts';
import { subscriptions } from './subscriptions.ts';
import { CONSUMER, FILES, MESSAGING, PARTS, STORE } from './tokens.ts';

/** So many chats are written without a read before. */
const CACHED_HEADERS = 2000;

/** The persistence service: every provider. */
@Module({
  providers: [
    {
      provide: MESSAGING,
      inject: [ENV, CLOCK, IDS, LOGGER, TRACER, STOPPING],
      useFactory: (
        ...[env, clock, ids, logger, tracer, signal]: [Env, ServiceClock, SystemIds, Logger, ServiceTracer, AbortSignal]
      ) =>
        connectMessaging({
          url: env.NATS_URL,
          waitMs: env.NATS_WAIT_MS,
          signal,
          name: 'persistence',
          clock,
          ids,
          onFault: ({ what, error }) => logger.warn({ err: error }, what),
          tracer,
        }),
    },
    {
      provide: STORE,
      inject: [ENV],
      useFactory: (env: Env) => connectStore({ uri: env.MONGODB_URI, appName: 'persistence' }),
    },
    {
      provide: FILES,
      inject: [ENV, MESSAGING, CLOCK, IDS],
      useFactory: async (...given: [Env, Messaging, ServiceClock, SystemIds]): Promise<FileStore> => {
        const [env, { files: records }, clock, ids] = given;
        const blobs = await openBlobs(env, { url: env.NATS_URL, name: 'persistence files' });
        return createFileStore({ records, blobs, clock, ids });
      },
    },
    {
      provide: CONSUMER,
      inject: [MESSAGING],
      useFactory: (messaging: Messaging) => messaging.consumer(DURABLES.persistence),
    },
    {
      provide: PARTS,
      inject: [MESSAGING, STORE, CLOCK, LOGGER, METRICS, TRACER],
      useFactory: (
        ...given: [Messaging, ChatWriter, ServiceClock, Logger, Metrics, ServiceTracer]
      ): ProjectionParts => {
        const [messaging, store, clock, logger, metrics, tracer] = given;
        return {
          messaging,
          store,
          clock,
          logger,
          tracer,
          headers: new HeaderCache(CACHED_HEADERS),
          meters: createMeters(metrics),
        };
      },
    },
    {
      provide: 'WATCHED',
      inject: [MESSAGING, STORE, CONSUMER, CLOCK, HEALTH, METRICS],
      useFactory: (...given: [Messaging, ChatWriter, LogConsumer, ServiceClock, HealthRegistry, Metrics]) => {
        const [messaging, store, consumer, clock, health, metrics] = given;
        health.add('nats', () => messaging.ping());
        health.add('mongodb', () => checkStore({ store, consumer, clock }));
        const counts = () => messaging.parked.counts();
        watchParked({ counts, consumers: [DURABLES.persistence] }, { clock, health, metrics });
        watchLag(metrics, consumer);
        countReconnects(metrics, messaging);
        return true;
      },
    },
    {
      provide: 'RUNNING',
      inject: [PARTS, MESSAGING, STORE, FILES, IDS, METRICS, DRAIN],
      useFactory: async (
        ...given: [ProjectionParts, Messaging, Closable, FileStore, SystemIds, Metrics, DrainRegistry]
      ) => {
        const [parts, messaging, store, files, ids, metrics, drain] = given;
        for (const [durable, take] of Object.entries(subscriptions)) {
          const running = take(parts, await messaging.consumer(durable));
          drain.onDrain(durable, () => running.close());
        }
        const erasing = eraseDeleted({ ...parts, messaging, files, ids });
        const sweeping = sweepFiles({ ...parts, messaging, files, ids, sweeps: createSweepMeters(metrics) });
        drain.onDrain('erasures', () => erasing.close());
        drain.onDrain('sweeping', () => sweeping.close());
        drain.onDrain('files', () => files.close(), DRAIN_ORDER.closeConnections);
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        drain.onDrain('mongodb', () => store.close(), DRAIN_ORDER.closeConnections);
        return true;
      },
    },
  ],
})
export class AppModule {}
