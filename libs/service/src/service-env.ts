import { z } from 'zod';
import { LOG_LEVELS } from './create-logger.ts';
import { SAMPLERS } from './trace-settings.ts';

const port = z.coerce
  .number('must be a port number')
  .int('must be a port number')
  .min(0, 'must be a port number from 0 to 65535')
  .max(65535, 'must be a port number from 0 to 65535');

const url = z
  .url({ protocol: /^https?$/, error: 'must be an http:// or https:// address' })
  .transform((text) => text.replace(/\/+$/, ''));

/** `key=value` pairs, as OpenTelemetry writes them: separated by commas, values percent-encoded. */
const pairs = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const found: Record<string, string> = {};
  for (const pair of text.split(',')) {
    const [, name, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/.exec(pair) ?? [];
    const decoded = value === undefined ? undefined : percentDecoded(value);
    if (name !== undefined && decoded !== undefined) found[name] = decoded;
    else context.addIssue('must be key=value pairs, separated by commas');
  }
  return found;
});

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The variables that every service has; spread into an app's own `z.object({...serviceEnv, …})`. */
export const serviceEnv = {
  /** TCP port of the service; 0 takes a free one. A service without an HTTP API may have HEALTH_PORT only. */
  PORT: port.optional(),
  /** Health and metrics go here instead, when it is set and another one. */
  HEALTH_PORT: port.optional(),
  /** The address to listen on. */
  HOST: z.string().default('0.0.0.0'),
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}`).default('info'),
  /** Coloured lines for a person instead of JSON. */
  LOG_PRETTY: z.stringbool('must be true or false').default(false),
  /** How long a drain may take altogether, ms. */
  DRAIN_MS: z.coerce.number('must be a number of milliseconds').int().min(0).max(600_000).default(10_000),
  /** Where traces are sent, as OTLP over HTTP; `/v1/traces` is added. Without it nothing is traced. */
  OTEL_EXPORTER_OTLP_ENDPOINT: url.optional(),
  /** The service's name on its spans. */
  OTEL_SERVICE_NAME: z.string().optional(),
  /** What else is said of this process with its spans. */
  OTEL_RESOURCE_ATTRIBUTES: pairs.optional(),
  /** Which traces are kept. */
  OTEL_TRACES_SAMPLER: z.enum(SAMPLERS, `must be one of ${SAMPLERS.join(', ')}`).default('parentbased_always_on'),
  /** The part of all traces that a sampler by ratio keeps. */
  OTEL_TRACES_SAMPLER_ARG: z.coerce.number('must be a number from 0 to 1').min(0).max(1).default(1),
};

/** What `bootService` reads of an environment. */
export type ServiceEnv = z.infer<z.ZodObject<typeof serviceEnv>>;

/** A comma-separated list; blanks around and empty entries are dropped. */
export const envList = z.string().transform((text) =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== ''),
);

/** A comma-separated list of http(s) addresses, without a slash at the end. */
export const envUrls = envList.pipe(
  z.array(
    z
      .url({ protocol: /^https?$/, error: 'must be http:// or https:// addresses, separated by commas' })
      .transform((url) => url.replace(/\/+$/, '')),
  ),
);
