import type { Env } from '../servers/env.ts';

/** What the step that makes streams and indexes is given. */
export interface ProvisionParts {
  readonly urls: ReadonlyMap<string, readonly string[]>;
  readonly env: Env;
}

/** Makes streams, consumers, collections and indexes; doing it again changes nothing. */
export type Provision = (parts: ProvisionParts) => Promise<void>;

const WHOLE_NUMBER = /^[1-9]\d{0,3}$/;

/** A whole number from the environment. @throws Error that names the variable */
function numberOf(env: Env, name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!WHOLE_NUMBER.test(text)) throw new Error(`${name} must be a whole number from 1 to 9999`);
  return Number(text);
}

/**
 * The one step that makes what services need: streams and consumers on NATS, indexes on MongoDB.
 * The libs are loaded when they are needed: before the first build they are not there.
 * @throws Error in plain words when a server is too old, or a setting cannot be changed any more
 */
export const provision: Provision = async ({ urls, env }) => {
  const [{ provisionMessaging }, { provisionStore }] = await Promise.all([
    import('@colloquy/messaging'),
    import('@colloquy/store'),
  ]);
  const replicas = numberOf(env, 'NATS_REPLICAS');
  const maxAgeDays = numberOf(env, 'NATS_MAX_AGE_DAYS');
  const filesGb = numberOf(env, 'FILES_NATS_GB');
  await provisionMessaging({
    url: (urls.get('nats') ?? []).join(','),
    ...(replicas === undefined ? {} : { replicas }),
    ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
    ...(filesGb === undefined ? {} : { filesMaxBytes: filesGb * 1_000_000_000 }),
  });
  await provisionStore({ uri: (urls.get('mongodb') ?? []).join(',') });
};
