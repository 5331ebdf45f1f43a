import type { IncomingMessage } from 'node:http';
import { pino, stdSerializers, type DestinationStream, type Logger as PinoLogger } from 'pino';
import { HEALTH_PATHS } from './health-routes.ts';
import type { Options as RequestLogOptions } from 'pino-http';
import { PinoPretty } from 'pino-pretty';

/** A pino logger. */
export type Logger = PinoLogger;

/** The levels that LOG_LEVEL may name. */
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** How a logger is made. */
export interface LoggerOptions {
  /** The service's name, on every line as `service`. */
  readonly name: string;
  /** Lines below it are dropped. Default `info`. */
  readonly level?: LogLevel;
  /** Coloured lines for a person instead of JSON. Default false. */
  readonly pretty?: boolean;
  /** Where lines go. Default stdout. */
  readonly destination?: DestinationStream;
  /** The trace that is active; on every line as `traceId`. */
  readonly traceId?: () => string | undefined;
}

const SECRET_FIELDS = [
  'authorization',
  'cookie',
  '["set-cookie"]',
  'password',
  'secret',
  'token',
  'accessToken',
  'refreshToken',
  'apiKey',
  'AUTH_SECRET',
  'OPENAI_API_KEY',
];

/** A field at the top, and up to two objects deep (`req.headers.authorization`). */
function redactedPaths(): string[] {
  return ['', '*', '*.*'].flatMap((parent) =>
    SECRET_FIELDS.map((field) => (parent === '' || field.startsWith('[') ? parent + field : `${parent}.${field}`)),
  );
}

/**
 * A JSON logger: one line a record, `service` on each, secrets redacted. It never gets bodies: nobody passes them, and
 * the request log has none.
 */
export function createLogger(options: LoggerOptions): Logger {
  const destination = options.pretty
    ? PinoPretty({ sync: true, colorize: true, ...(options.destination ? { destination: options.destination } : {}) })
    : (options.destination ?? pino.destination({ sync: true }));
  const { traceId } = options;
  return pino(
    {
      ...(traceId ? { mixin: () => tracedLine(traceId()) } : {}),
      level: options.level ?? 'info',
      base: { service: options.name },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: stdSerializers.err, error: stdSerializers.err },
      redact: { paths: redactedPaths(), censor: '[redacted]' },
    },
    destination,
  );
}

const tracedLine = (traceId: string | undefined): object => (traceId === undefined ? {} : { traceId });

function levelOfAnswer(status: number, failed: boolean): 'error' | 'warn' | 'info' {
  if (status >= 500) return 'error';
  return failed ? 'warn' : 'info';
}

/** Below Nest's middleware `url` is what is left of the path; `originalUrl` is the whole of it. */
function pathOf(request: IncomingMessage): string {
  const original: unknown = Reflect.get(request, 'originalUrl');
  const url = typeof original === 'string' ? original : (request.url ?? '');
  return url.split('?', 1)[0] ?? '';
}

/** How pino-http logs requests: method, path without its query (queries may carry tokens), status and time; no headers, no bodies. */
export function requestLogOptions(logger: Logger): RequestLogOptions & { logger: Logger } {
  return {
    logger,
    genReqId: (request) => request.id,
    autoLogging: { ignore: (request) => HEALTH_PATHS.has(pathOf(request)) },
    customLogLevel: (_request, response, error) => levelOfAnswer(response.statusCode, error !== undefined),
    serializers: {
      req: (request: { id: unknown; method: string; url: string }) => ({
        id: request.id,
        method: request.method,
        path: request.url.split('?', 1)[0],
      }),
      res: (response: { statusCode: number }) => ({ status: response.statusCode }),
    },
  };
}
