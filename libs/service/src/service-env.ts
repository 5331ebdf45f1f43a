import { z } from 'zod';
import { LOG_LEVELS } from './create-logger.ts';

const port = z.coerce
  .number('must be a port number')
  .int('must be a port number')
  .min(0, 'must be a port number from 0 to 65535')
  .max(65535, 'must be a port number from 0 to 65535');

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
