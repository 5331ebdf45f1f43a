import { ChatAccess, createTokens } from '@colloquy/access';
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
  measureCommits,
  type DrainRegistry,
  type HealthRegistry,
  type Logger,
  type Metrics,
  type ServiceClock,
  type ServiceTracer,
  type SystemIds,
} from '@colloquy/service';
import { connectReader, userBudgetOf, type ChatReader, type Closable } from '@colloquy/store';
import { Module } from '@nestjs/common';
import type { Env } from './env.ts';
import { loadCards } from './load-cards.ts';
import type { GatewayParts, WorkflowCards } from './ports.ts';
import { createRateLimits } from './rate-limits.ts';
import { FORKS, Turns } from './turns.ts';
import { MESSAGING, PARTS, STORE } from './tokens.ts';

/** The API gateway: every provider. */
@Module({
  providers: [
    {
      provide: MESSAGING,
      inject: [ENV, CLOCK, IDS, LOGGER, METRICS, TRACER, STOPPING],
      useFactory: async (
        env: Env,
        ...given: [ServiceClock, SystemIds, Logger, Metrics, ServiceTracer, AbortSignal]
      ) => {
        const [clock, ids, logger, metrics, tracer, signal] = given;
        const messaging = await connectMessaging({
          url: env.NATS_URL,
          waitMs: env.NATS_WAIT_MS,
          signal,
          name: 'api-gateway',
          clock,
          ids,
          onFault: ({ what, error }) => logger.warn({ err: error }, what),
          onStored: measureCommits(metrics),
          tracer,
        });
        countReconnects(metrics, messaging);
        return messaging;
      },
    },
    {
      provide: STORE,
      inject: [ENV],
      useFactory: (env: Env) => connectReader({ uri: env.MONGODB_URI, appName: 'api-gateway' }),
    },
    { provide: 'WORKFLOWS', inject: [ENV], useFactory: (env: Env) => loadCards(env.WORKFLOWS_DIR) },
    {
      provide: PARTS,
      inject: [ENV, MESSAGING, STORE, 'WORKFLOWS', CLOCK, IDS],
      useFactory: (...given: [Env, Messaging, ChatReader, WorkflowCards, ServiceClock, SystemIds]): GatewayParts => {
        const [env, messaging, store, workflows, clock, ids] = given;
        return {
          messaging,
          store,
          workflows,
          limits: createRateLimits(clock),
          forks: new Turns(clock, FORKS),
          userBudget: userBudgetOf(env),
          clock,
          ids,
          access: new ChatAccess({ log: messaging.log, store, clock }),
          tokens: createTokens({ mode: env.AUTH_MODE, secret: env.AUTH_SECRET, clock, ids }),
          demoModel: env.OPENAI_API_KEY === undefined && env.OPENAI_BASE_URL === undefined,
          secureCookies: env.SECURE_COOKIES ?? env.NODE_ENV === 'production',
        };
      },
    },
    {
      provide: 'WIRING',
      inject: [MESSAGING, STORE, HEALTH, DRAIN],
      useFactory: (...given: [Messaging, Closable, HealthRegistry, DrainRegistry]) => {
        const [messaging, store, health, drain] = given;
        // Not MongoDB: chats are made, read and changed without it, only lists and usage are not.
        health.add('nats', () => messaging.ping());
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        drain.onDrain('mongodb', () => store.close(), DRAIN_ORDER.closeConnections);
        return true;
      },
    },
  ],
})
export class AppModule {}
