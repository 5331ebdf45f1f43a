import { Module, type DynamicModule, type NestApplicationOptions } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { Logger as NestLogger, LoggerModule } from 'nestjs-pino';
import type { BuiltServer, NestBootOptions } from './boot-options.ts';
import { requestLogOptions } from './create-logger.ts';
import { ProblemFilter, sendProblem } from './problem-filter.ts';
import { requestIds } from './request-ids.ts';
import type { ServiceContext } from './service-context.ts';
import type { ServiceEnv } from './service-env.ts';
import { CLOCK, DRAIN, ENV, HEALTH, IDS, LOGGER, METRICS, STOPPING, TRACER } from './tokens.ts';

// Modules without decorator syntax, so that Node can run this file as it is (type stripping has no decorators).
class ContextModule {
  readonly gives = 'what bootService made, by token';
}
class ServiceModule {
  readonly gives = 'the context and the request logs around the one module of an application';
}
Module({})(ContextModule);
Module({})(ServiceModule);

function contextModule(context: ServiceContext): DynamicModule {
  const values = new Map<symbol, unknown>([
    [ENV, context.env],
    [LOGGER, context.logger],
    [HEALTH, context.health],
    [METRICS, context.metrics],
    [DRAIN, context.drain],
    [STOPPING, context.stopping],
    [CLOCK, context.clock],
    [IDS, context.ids],
    [TRACER, context.tracer],
  ]);
  return {
    module: ContextModule,
    global: true,
    providers: [...values].map(([provide, useValue]) => ({ provide, useValue })),
    exports: [...values.keys()],
  };
}

/** The application's module below the two that every service has: the context, and nestjs-pino's request logs. */
function rootModule(options: NestBootOptions<ServiceEnv>, context: ServiceContext): DynamicModule {
  // nestjs-pino's own default pattern, `{/*splat}`, matches nothing on Nest 12.5 with Fastify.
  const requestLogs = LoggerModule.forRoot({ pinoHttp: requestLogOptions(context.logger), forRoutes: ['*path'] });
  return { module: ServiceModule, imports: [contextModule(context), requestLogs, options.module] };
}

/** Builds the Nest application on Fastify, not listening yet. */
export async function createNest<Env extends ServiceEnv>(
  options: NestBootOptions<Env>,
  context: ServiceContext<Env>,
  prepare: (fastify: FastifyInstance) => void,
): Promise<BuiltServer> {
  const adapter = new FastifyAdapter({
    return503OnClosing: false,
    genReqId: requestIds(context.ids),
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(error, { request, reply }, context.logger),
    ...options.fastify,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  prepare(fastify);
  const root = rootModule({ name: options.name, env: options.env, module: options.module }, context);
  const behaviour: Pick<NestApplicationOptions, 'logger' | 'bufferLogs' | 'abortOnError'> = {
    // Buffered for our own logger. When creation fails there is none: whoever boots says why, once.
    logger: false,
    bufferLogs: true,
    abortOnError: false,
  };
  const nest = await NestFactory.create<NestFastifyApplication>(root, adapter, behaviour);
  nest.useLogger(nest.get(NestLogger));
  nest.useGlobalFilters(new ProblemFilter(context.logger));
  await options.configure?.(nest, context);
  return { fastify, nest, close: () => nest.close() };
}
