import { toolEnvFrom, type ToolEnv } from '@colloquy/effects';
import { filesEnv } from '@colloquy/files';
import { EnvError, readEnv, serviceEnv } from '@colloquy/service';
import { z } from 'zod';

const schema = z.object({
  ...serviceEnv,
  NATS_URL: z.string().min(1, 'must be the address of NATS, for example nats://127.0.0.1:4222'),
  /** So long NATS and its streams are waited for at the start, ms. */
  NATS_WAIT_MS: z.coerce.number('must be a number of milliseconds').int().min(0).max(3_600_000).default(0),
  MONGODB_URI: z.string().min(1, 'must be the address of MongoDB, for example mongodb://127.0.0.1:27017'),
  WORKFLOWS_DIR: z.string().min(1, 'must be the folder that holds the workflow folders'),
  /** Most runs at once. */
  MAX_RUNS: z.coerce.number().int().min(1).max(10_000).default(64),
  /** What the chats of one user may use in a UTC day; without it there is no bound. */
  USER_BUDGET_USD_PER_DAY: z.coerce.number().positive().optional(),
  USER_BUDGET_TOKENS_PER_DAY: z.coerce.number().int().positive().optional(),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.string().optional(),
  OPENAI_MODEL: z.string().optional(),
  /** False when the models cannot look at pictures. */
  OPENAI_VISION: z.stringbool('must be true or false').optional(),
  ...filesEnv,
  DEMO_MODEL_URL: z.string().optional(),
});

/** The orchestrator's settings. */
export type Env = z.infer<typeof schema> & {
  /** What workflows may give to tools: every variable whose name begins with TOOL_, or TOOL_*_FILE with its content. */
  readonly toolEnv: ToolEnv;
};

/** Reads the environment; throws `EnvError` with every fault at once. */
export const readOrchestratorEnv = (from: Readonly<Record<string, string | undefined>> = process.env): Env => ({
  ...readEnv(schema, from),
  toolEnv: readToolEnv(from),
});

function readToolEnv(from: Readonly<Record<string, string | undefined>>): ToolEnv {
  const { env, faults } = toolEnvFrom(from);
  if (faults.length > 0) throw new EnvError(faults);
  return env;
}
