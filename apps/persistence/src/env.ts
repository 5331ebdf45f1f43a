import { filesEnv } from '@colloquy/files';
import { readEnv, serviceEnv } from '@colloquy/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceEnv,
  NATS_URL: z.string().min(1, 'must be the address of NATS, for example nats://127.0.0.1:4222'),
  /** So long NATS and its streams are waited for at the start, ms. */
  NATS_WAIT_MS: z.coerce.number('must be a number of milliseconds').int().min(0).max(3_600_000).default(0),
  ...filesEnv,
  MONGODB_URI: z.string().min(1, 'must be the address of MongoDB, for example mongodb://127.0.0.1:27017/colloquy'),
});

/** The persistence service's settings. */
export type Env = z.infer<typeof schema>;

/** Reads the environment; throws `EnvError` with every fault at once. */
export const readPersistenceEnv = (from: Readonly<Record<string, string | undefined>> = process.env): Env =>
  readEnv(schema, from);
