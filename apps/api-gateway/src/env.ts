import { GUESTS_IN_PRODUCTION, mayTakeGuests, MIN_SECRET_LENGTH } from '@colloquy/access';
import { filesEnv } from '@colloquy/files';
import { readEnv, serviceEnv } from '@colloquy/service';
import { z } from 'zod';

const fields = z.object({
  ...serviceEnv,
  NATS_URL: z.string().min(1, 'must be the address of NATS, for example nats://127.0.0.1:4222'),
  /** So long NATS and its streams are waited for at the start, ms. */
  NATS_WAIT_MS: z.coerce.number('must be a number of milliseconds').int().min(0).max(3_600_000).default(0),
  MONGODB_URI: z.string().min(1, 'must be the address of MongoDB, for example mongodb://127.0.0.1:27017'),
  ...filesEnv,
  /** Largest file that a message may bring, in bytes; 10 MiB. */
  FILES_MAX_BYTES: z.coerce
    .number('must be a number of bytes')
    .int()
    .min(1024)
    .max(1024 * 1024 * 1024)
    .default(10 * 1024 * 1024),
  /** What the files of one user may have together, in bytes; 1 GiB. */
  FILES_QUOTA_BYTES: z.coerce
    .number('must be a number of bytes')
    .int()
    .min(1024)
    .default(1024 * 1024 * 1024),
  /** So many files one user may send at once, to each instance. */
  FILES_UPLOADS_AT_ONCE: z.coerce.number('must be a number').int().min(1).max(100).default(8),
  WORKFLOWS_DIR: z.string().min(1, 'must be the folder that holds the workflow folders'),
  AUTH_MODE: z.enum(['guest', 'jwt'], 'must be guest or jwt').default('guest'),
  NODE_ENV: z.string().optional(),
  /** Guests are welcome in production too. */
  ALLOW_GUESTS: z.stringbool('must be true or false').default(false),
  AUTH_SECRET: z.string().min(MIN_SECRET_LENGTH, `must have at least ${String(MIN_SECRET_LENGTH)} characters`),
  /** What the chats of one user may use in a UTC day; without it there is no bound. */
  USER_BUDGET_USD_PER_DAY: z.coerce.number().positive().optional(),
  USER_BUDGET_TOKENS_PER_DAY: z.coerce.number().int().positive().optional(),
  /** Only whether one of these is set matters here: it tells whether the demo model answers. */
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.string().optional(),
  /** Cookies go over HTTPS only; without it: in production. */
  SECURE_COOKIES: z.stringbool('must be true or false').optional(),
});

/** Said together with all other faults. */
const schema = fields.refine(mayTakeGuests, { path: ['AUTH_MODE'], error: GUESTS_IN_PRODUCTION, when: () => true });

/** The API gateway's settings. */
export type Env = z.infer<typeof schema>;

/** Reads the environment; throws `EnvError` with every fault at once. */
export const readGatewayEnv = (from: Readonly<Record<string, string | undefined>> = process.env): Env =>
  readEnv(schema, from);
