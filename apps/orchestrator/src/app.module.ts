import { DURABLES } from '@colloquy/contracts';
import {
  createEffects,
  createOutsideTools,
  loadPrices,
  modelSettingsFromEnv,
  resolveModelName,
  traceEffects,
  type Effects,
} from '@colloquy/effects';
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
  watchParked,
  type DrainRegistry,
  type HealthRegistry,
  type Logger,
  type Metrics,
  type ServiceClock,
  type ServiceTracer,
  type SystemIds,
} from '@colloquy/service';
import { connectReader, userBudgetOf, type ChatReader, type Closable } from '@colloquy/store';
import { loadWorkflows, type LoadedWorkflows } from '@colloquy/workflows';
import { Module } from '@nestjs/common';
import type { Env } from './env.ts';
import { createEventCounter } from './count-events.ts';
import { measureEffects } from './measure-effects.ts';
import { createMeters, watchWork } from './meters.ts';
import { startOrchestrator } from './orchestrator.ts';
import { EFFECTS, FILES, MESSAGING, STORE, WORKFLOWS } from './tokens.ts';

/** The orchestrator: every provider. */
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
        const [countEvents, measure] = [createEventCounter(metrics), measureCommits(metrics)];
        const messaging = await connectMessaging({
          url: env.NATS_URL,
          waitMs: env.NATS_WAIT_MS,
          signal,
          name: 'orchestrator',
          clock,
          ids,
          onFault: ({ what, error }) => logger.warn({ err: error }, what),
          onStored: (stored) => {
            measure(stored);
            countEvents(stored.events);
          },
          tracer,
        });
        countReconnects(metrics, messaging);
        return messaging;
      },
    },
    {
      provide: STORE,
      inject: [ENV],
      useFactory: (env: Env) => connectReader({ uri: env.MONGODB_URI, appName: 'orchestrator' }),
    },
    {
      provide: FILES,
      inject: [ENV, MESSAGING, CLOCK, IDS],
      useFactory: async (...given: [Env, Messaging, ServiceClock, SystemIds]): Promise<FileStore> => {
        const [env, { files: records }, clock, ids] = given;
        const blobs = await openBlobs(env, { url: env.NATS_URL, name: 'orchestrator files' });
        return createFileStore({ records, blobs, clock, ids });
      },
    },
    {
      provide: WORKFLOWS,
      inject: [ENV, CLOCK, LOGGER, DRAIN],
      useFactory: async (env: Env, ...[clock, log, drain]: [ServiceClock, Logger, DrainRegistry]) => {
        const models = modelSettingsFromEnv(env);
        const modelName = (model: string): string => resolveModelName(models, model);
        const outside = createOutsideTools({ clock, env: env.toolEnv, log });
        // After the effects that call them, in time of its own: what is a process is killed when that is over.
        drain.onDrain('tools', (deadline) => outside.close(deadline), DRAIN_ORDER.stopHttp + 50);
        const prices = await loadPrices();
        const workflows = await loadWorkflows(env.WORKFLOWS_DIR, { tools: true, outside, prices, modelName });
        for (const { name, unavailable } of workflows.values())
          if (unavailable !== undefined) log.warn({ workflow: name, why: unavailable }, 'a workflow cannot be started');
        return workflows;
      },
    },
    {
      provide: EFFECTS,
      inject: [ENV, WORKFLOWS, CLOCK, IDS, LOGGER, METRICS, TRACER],
      useFactory: async (...given: [Env, LoadedWorkflows, ServiceClock, SystemIds, Logger, Metrics, ServiceTracer]) => {
        const [env, workflows, clock, ids, log, metrics, tracer] = given;
        const effects = createEffects({
          clock,
          ids,
          workflows,
          models: modelSettingsFromEnv(env),
          prices: await loadPrices(),
          onToolFault: ({ error, ...about }) => {
            log.error({ ...about, err: error }, 'a tool failed with an error that is no ToolError');
          },
        });
        return traceEffects(measureEffects(effects, metrics, clock), tracer);
      },
    },
    {
      provide: 'ORCHESTRATOR',
      inject: [ENV, MESSAGING, STORE, FILES, WORKFLOWS, EFFECTS, CLOCK, IDS, LOGGER, METRICS, HEALTH, DRAIN, TRACER],
      useFactory: async (
        ...given: [
          Env,
          Messaging,
          ChatReader & Closable,
          FileStore,
          LoadedWorkflows,
          Effects,
          ServiceClock,
          SystemIds,
          Logger,
          Metrics,
          HealthRegistry,
          DrainRegistry,
          ServiceTracer,
        ]
      ) => {
        const [env, messaging, store, files, workflows, effects, ...rest] = given;
        const [clock, ids, log, metrics, health, drain, tracer] = rest;
        const worker = `orchestrator-${ids.random(6)}`;
        const orchestrator = await startOrchestrator({
          messaging,
          store,
          files,
          effects,
          workflows: {
            find: (name) => workflows.get(name)?.runnable,
            unavailable: (name) => workflows.get(name)?.unavailable,
          },
          clock,
          ids,
          log,
          tracer,
          meters: createMeters(metrics),
          worker,
          maxRuns: env.MAX_RUNS,
          userBudget: userBudgetOf(env),
          drainMs: env.DRAIN_MS,
        });
        // Not MongoDB: it is read for what has aged out of the log only.
        health.add('nats', () => messaging.ping());
        const counts = () => messaging.parked.counts();
        watchParked({ counts, consumers: [DURABLES.commands, DURABLES.runs] }, { clock, health, metrics });
        const queues = () => messaging.queues();
        watchWork(metrics, { worker, maxRuns: env.MAX_RUNS, active: () => orchestrator.active(), queues });
        drain.onDrain('runs', () => orchestrator.drain(), DRAIN_ORDER.finishWork);
        drain.onDrain('effects', () => effects.close(), DRAIN_ORDER.stopHttp);
        drain.onDrain('nats', () => messaging.drain(), DRAIN_ORDER.closeConnections);
        drain.onDrain('files', () => files.close(), DRAIN_ORDER.closeConnections);
        drain.onDrain('mongodb', () => store.close(), DRAIN_ORDER.closeConnections);
        return orchestrator;
      },
    },
  ],
})
export class AppModule {}
