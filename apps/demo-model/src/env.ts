import { readEnv, serviceEnv } from '@colloquy/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceEnv,
  /** How fast it writes; 0 is as fast as possible. A token is four characters. */
  DEMO_TOKENS_PER_SECOND: z.coerce.number('must be a number').min(0).max(100_000).default(40),
  /** How long it thinks before the first token, milliseconds. */
  DEMO_FIRST_TOKEN_MS: z.coerce.number('must be a number of milliseconds').int().min(0).max(600_000).default(150),
});

/** The settings of the demo model. */
export type DemoModelEnv = z.infer<typeof schema>;

/** Reads the settings; throws with every fault at once. */
export function readDemoModelEnv(source: Readonly<Record<string, string | undefined>> = process.env): DemoModelEnv {
  return readEnv(schema, source);
}
