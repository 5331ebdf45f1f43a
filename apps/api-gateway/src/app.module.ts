import { ChatAccess, createTokens } from '@colloquy/access';
import { createFileStore, openBlobs, type FileStore } from '@colloquy/files';
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
import { Downloads } from './downloads.ts';
import { FORKS, Turns } from './turns.ts';
import { createFileMeters, watchTransfers } from './file-meters.ts';
import { Uploads } from './uploads.ts';
import { FILES, MESSAGING, PARTS, STORE } from './tokens.ts';

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
    {
      provide: FILES,
      inject: [ENV, MESSAGING, CLOCK, IDS],
      useFactory: async (...given: [Env, Messaging, ServiceClock, SystemIds]): Promise<FileStore> => {
        const [env, { files: records }, clock, ids] = given;
        const blobs = await openBlobs(env, { url: env.NATS_URL, name: 'api-gateway files' });
        return createFileStore({ records, blobs, clock, ids });
      },
    },
    { provide: 'WORKFLOWS', inject: [ENV], useFactory: (env: Env) => loadCards(env.WORKFLOWS_DIR) },
    {
      provide: PARTS,
      inject: [ENV, MESSAGING, STORE, FILES, 'WORKFLOWS', CLOCK, IDS, METRICS],
      useFactory: (
        ...given: [Env, Messaging, ChatReader, FileStore, WorkflowCards, ServiceClock, SystemIds, Metrics]
      ): GatewayParts => {
        const [env, messaging, store, files, workflows, clock, ids, metrics] = given;
        const { FILES_MAX_BYTES: maxBytes, FILES_UPLOADS_AT_ONCE: atOnce } = env;
        const meters = createFileMeters(metrics);
        const uploads = new Uploads({ clock, maxBytes, atOnce, meters });
        const downloads = new Downloads({ clock, meters });
        watchTransfers(metrics, { uploads, downloads });
        return {
          messaging,
          store,
          workflows,
          files: { store: files, maxBytes, quotaBytes: env.FILES_QUOTA_BYTES },
          limits: createRateLimits(clock),
          forks: new Turns(clock, FORKS),
          uploads,
          downloads,
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
      inject: [MESSAGING, STORE, FILES, PARTS, ENV, HEALTH, DRAIN],
      useFactory: (...given: [Messaging, Closable, FileStore, GatewayParts, Env, HealthRegistry, DrainRegistry]) => {
        const [messaging, store, files, { uploads, downloads }, env, health, drain] = given;
        // Not MongoDB: chats are made, read and changed without it, only lists and usage are not.
        health.add('nats', () => messaging.ping());
        drain.onDrain('uploads', () => uploads.drain(env.DRAIN_MS));
        drain.onDrain('downloads', () => downloads.drain(env.DRAIN_MS));
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        drain.onDrain('files', () => files.close(), DRAIN_ORDER.closeConnections);
        drain.onDrain('mongodb', () => store.close(), DRAIN_ORDER.closeConnections);
        return true;
      },
    },
  ],
})
export class AppModule {}
