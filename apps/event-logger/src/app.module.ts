import { connectMessaging } from '@colloquy/messaging';
import { CLOCK, DRAIN, DRAIN_ORDER, ENV, HEALTH, IDS, LOGGER } from '@colloquy/service';
import type { DrainRegistry, HealthRegistry, Logger, ServiceClock, SystemIds } from '@colloquy/service';
import { Module } from '@nestjs/common';
import type { Env } from './env.ts';
import { readEvents, subscriptions } from './subscriptions.ts';

type Given = [Env, ServiceClock, SystemIds, Logger, HealthRegistry, DrainRegistry];

/** The event logger: every provider. */
@Module({
  providers: [
    {
      provide: 'RUNNING',
      inject: [ENV, CLOCK, IDS, LOGGER, HEALTH, DRAIN],
      useFactory: async (...[env, clock, ids, log, health, drain]: Given) => {
        const messaging = await connectMessaging({ url: env.NATS_URL, name: 'event-logger', clock, ids });
        health.add('nats', () => messaging.ping());
        for (const [durable, take] of Object.entries(subscriptions)) {
          const running = readEvents(await messaging.consumer(durable), take, { log, clock });
          drain.onDrain(durable, () => running.close());
        }
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        return true;
      },
    },
  ],
})
export class AppModule {}
