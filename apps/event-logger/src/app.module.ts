import { connectMessaging } from '@colloquy/messaging';
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
  watchParked,
} from '@colloquy/service';
import type {
  DrainRegistry,
  HealthRegistry,
  Logger,
  Metrics,
  ServiceClock,
  SystemIds,
  ServiceTracer,
} from '@colloquy/service';
import { Module } from '@nestjs/common';
import type { Env } from './env.ts';
import { createMeters } from './meters.ts';
import { readEvents, subscriptions } from './subscriptions.ts';

type Given = [Env, ServiceClock, SystemIds, Logger, HealthRegistry, DrainRegistry, Metrics, ServiceTracer, AbortSignal];

/** The event logger: every provider. */
@Module({
  providers: [
    {
      provide: 'RUNNING',
      inject: [ENV, CLOCK, IDS, LOGGER, HEALTH, DRAIN, METRICS, TRACER, STOPPING],
      useFactory: async (...[env, clock, ids, log, health, drain, metrics, tracer, signal]: Given) => {
        const messaging = await connectMessaging({
          url: env.NATS_URL,
          waitMs: env.NATS_WAIT_MS,
          signal,
          name: 'event-logger',
          clock,
          ids,
          onFault: ({ what, error }) => log.warn({ err: error }, what),
        });
        health.add('nats', () => messaging.ping());
        for (const [durable, take] of Object.entries(subscriptions)) {
          const consumer = await messaging.consumer(durable);
          const meters = createMeters(metrics, consumer);
          const running = readEvents(consumer, take, { log, clock, meters, tracer });
          drain.onDrain(durable, () => running.close());
        }
        const counts = () => messaging.parked.counts();
        watchParked({ counts, consumers: Object.keys(subscriptions) }, { clock, health, metrics });
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        return true;
      },
    },
  ],
})
export class AppModule {}
