import type { DynamicModule, Type } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance, FastifyServerOptions } from 'fastify';
import type { DestinationStream } from 'pino';
import type { ServiceContext } from './service-context.ts';
import type { ServiceEnv } from './service-env.ts';

/** What both kinds of service say about themselves. */
export interface CommonBootOptions<Env extends ServiceEnv> {
  /** The service's name, letter for letter that of its folder. */
  readonly name: string;
  readonly env: Env;
  /** Options of the Fastify server: `bodyLimit` in bytes, `trustProxy` … */
  readonly fastify?: FastifyServerOptions;
  /** Aborted when the service is asked to stop while it still starts: what it waits for then is given up. */
  readonly stopping?: AbortSignal;
  /** Where log lines go; default stdout. For tests. */
  readonly logTo?: DestinationStream;
}

/** A Nest application; its one module gets everything of {@link ServiceContext} by token. */
export interface NestBootOptions<Env extends ServiceEnv> extends CommonBootOptions<Env> {
  readonly module: Type | DynamicModule;
  /** Before it listens: WebSocket adapter, Fastify plugins, CORS. */
  readonly configure?: (app: NestFastifyApplication, context: ServiceContext<Env>) => void | Promise<void>;
}

/** A plain Fastify application. */
export interface PlainBootOptions<Env extends ServiceEnv> extends CommonBootOptions<Env> {
  readonly create: (fastify: FastifyInstance, context: ServiceContext<Env>) => void | Promise<void>;
}

/** A service of either kind. */
export type BootOptions<Env extends ServiceEnv> = NestBootOptions<Env> | PlainBootOptions<Env>;

/** What is left of a server once it is built: how to listen and how to close. */
export interface BuiltServer {
  readonly fastify: FastifyInstance;
  readonly nest: NestFastifyApplication | undefined;
  readonly close: () => Promise<void>;
}
