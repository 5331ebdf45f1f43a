/**
 * The one step that creates streams and durables; nothing else does, except a consumer its own durable. It may be run
 * at any time and any number of times: what is right is left alone, what differs is changed when that is permitted.
 */
import {
  DiscardPolicy,
  JetStreamApiCodes,
  JetStreamApiError,
  type JetStreamManager,
  jetstreamManager,
  RetentionPolicy,
  StorageType,
  type StreamConfig,
} from '@nats-io/jetstream';
import { STREAMS } from '@colloquy/contracts';
import { delay, errors, Nuid, type NatsConnection } from '@nats-io/transport-node';
import { isDeepStrictEqual } from 'node:util';
import { BrokerUnavailableError, ProvisionError } from './broker-errors.ts';
import type { DurablePlan } from './broker-link.ts';
import { durableConfig } from './nats/nats-link.ts';
import { connectNats, type NatsAddress } from './nats/nats-options.ts';
import { DURABLE_PLANS, type PlanOptions, type StreamPlan, streamPlans } from './stream-plan.ts';

const NANOS = 1_000_000;
const TIMEOUT_MS = 5000;
/** A cluster that has just started has no leader for some seconds. */
const TRIES = 60;
const TRY_WAIT_MS = 500;
/** JetStream's answers while a cluster forms: incomplete results, no suitable peers, not available, not the leader. */
const FORMING = new Set([10004, 10005, 10008, 10009]);
/** Streams whose sequences others hold: writers of chats, holders of tickets, cursors. */
const HELD: ReadonlySet<string> = new Set([STREAMS.chats, STREAMS.commands]);
/** Pulls that may wait at once: one or two an instance. */
const MAX_WAITING = 2048;

/** Where, and what an installation may choose. */
export type ProvisionOptions = PlanOptions & (NatsAddress | { readonly connection: NatsConnection });

/** What was done to a stream or durable. */
export interface Provisioned {
  readonly name: string;
  readonly change: 'created' | 'updated' | 'unchanged';
}

/**
 * Makes the streams and durables what they must be.
 * @throws ProvisionError when one exists with settings that cannot be changed; BrokerUnavailableError and
 * UnsupportedServerError as `connectMessaging` does
 */
export async function provisionMessaging(options: ProvisionOptions): Promise<readonly Provisioned[]> {
  if ('connection' in options) return provision(options.connection, options);
  const { replicas, maxAgeDays, filesMaxBytes, ...address } = options;
  const connection = await connectNats({ name: 'provision', ...address });
  try {
    return await provision(connection, {
      ...(replicas === undefined ? {} : { replicas }),
      ...(maxAgeDays === undefined ? {} : { maxAgeDays }),
      ...(filesMaxBytes === undefined ? {} : { filesMaxBytes }),
    });
  } finally {
    await connection.close();
  }
}

async function provision(connection: NatsConnection, options: PlanOptions): Promise<readonly Provisioned[]> {
  const jsm = await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: false });
  const done: Provisioned[] = [];
  for (const plan of streamPlans(options)) {
    done.push(await whenReady(() => provisionStream(jsm, streamConfig(plan, options))));
  }
  for (const plan of DURABLE_PLANS) done.push(await whenReady(() => provisionDurable(jsm, plan)));
  return done;
}

/** Tries again while the server says that it cannot yet. */
async function whenReady<T>(step: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await step();
    } catch (error) {
      if (!passes(error)) throw error;
      if (attempt === TRIES) {
        throw new BrokerUnavailableError(`JetStream does not become ready: ${String(error)}`, { cause: error });
      }
      // The client's own timer: this step runs before everything, never in virtual time.
      await delay(TRY_WAIT_MS);
    }
  }
}

/** True for a state of the server that passes. */
function passes(error: unknown): boolean {
  if (error instanceof JetStreamApiError) return FORMING.has(error.code);
  return error instanceof errors.TimeoutError || error instanceof errors.RequestError;
}

/** What @nats-io/kv would set for a bucket with a history of one, and @nats-io/obj for an object store. */
const BUCKETS = {
  no: {},
  values: { max_msgs_per_subject: 1, allow_rollup_hdrs: true, deny_delete: true, discard: DiscardPolicy.New },
  objects: { allow_rollup_hdrs: true, discard: DiscardPolicy.New },
} as const;

/** Settings of a stream in JetStream's words. */
function streamConfig(plan: StreamPlan, { replicas = 1 }: PlanOptions): Partial<StreamConfig> & { name: string } {
  return {
    name: plan.name,
    subjects: [...plan.subjects],
    storage: StorageType.File,
    retention: plan.workQueue ? RetentionPolicy.Workqueue : RetentionPolicy.Limits,
    num_replicas: replicas,
    max_age: plan.maxAgeMs * NANOS,
    duplicate_window: plan.duplicateWindowMs * NANOS,
    allow_direct: true,
    ...(plan.messageTtl ? { allow_msg_ttl: true } : {}),
    ...(plan.schedules ? { allow_msg_schedules: true } : {}),
    ...(plan.atomic ? { allow_atomic: true } : {}),
    ...(plan.republish === undefined ? {} : { republish: { ...plan.republish } }),
    ...BUCKETS[plan.bucket],
    ...(plan.maxBytes === undefined ? {} : { max_bytes: plan.maxBytes }),
  };
}

/**
 * Where a new stream begins to count: somewhere else each time. Who still holds a sequence of a stream that was lost (the
 * writer of a chat, the holder of a ticket) must not find it again by chance on the one that took its place. Below
 * 36^8, which has 13 digits: a cursor has room for 15.
 */
const firstSequence = (): number => 1 + Number.parseInt(new Nuid().next().slice(0, 8), 36);

async function provisionStream(
  jsm: JetStreamManager,
  wanted: Partial<StreamConfig> & { name: string },
): Promise<Provisioned> {
  const { name } = wanted;
  const found = await unlessMissing(jsm.streams.info(name), JetStreamApiCodes.StreamNotFound);
  if (found === undefined) {
    const made = HELD.has(name) ? { ...wanted, first_seq: firstSequence() } : wanted;
    await refusing(`stream ${name} cannot be created`, () => jsm.streams.add(made));
    return { name, change: 'created' };
  }
  const differing = differences(found.config, wanted);
  if (differing.length === 0) return { name, change: 'unchanged' };
  await refusing(`stream ${name} exists with other settings (${differing.join('; ')}) that cannot be changed`, () =>
    jsm.streams.update(name, { ...found.config, ...wanted }),
  );
  return { name, change: 'updated' };
}

async function provisionDurable(jsm: JetStreamManager, plan: DurablePlan): Promise<Provisioned> {
  const name = `${plan.stream}/${plan.durable}`;
  const wanted = durableConfig(plan);
  const found = await unlessMissing(jsm.consumers.info(plan.stream, plan.durable), JetStreamApiCodes.ConsumerNotFound);
  if (found === undefined) {
    await refusing(`durable ${name} cannot be created`, () =>
      jsm.consumers.add(plan.stream, { ...wanted, max_waiting: MAX_WAITING }),
    );
    return { name, change: 'created' };
  }
  const differing = differences(found.config, wanted);
  if (differing.length === 0) return { name, change: 'unchanged' };
  await refusing(`durable ${name} exists with other settings (${differing.join('; ')}) that cannot be changed`, () =>
    jsm.consumers.update(plan.stream, plan.durable, wanted),
  );
  return { name, change: 'updated' };
}

async function unlessMissing<T>(asked: Promise<T>, code: number): Promise<T | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === code) return undefined;
    throw error;
  }
}

/** Each setting that is not as wanted, as `name is X, not Y`. */
function differences(found: object, wanted: object): string[] {
  const actual = new Map<string, unknown>(Object.entries(found));
  return Object.entries(wanted)
    .filter(([key, value]) => !isDeepStrictEqual(actual.get(key), value))
    .map(([key, value]) => `${key} is ${JSON.stringify(actual.get(key))}, not ${JSON.stringify(value)}`);
}

async function refusing<T>(what: string, change: () => Promise<T>): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (passes(error)) throw error;
    throw new ProvisionError(
      `${what}: ${error instanceof Error ? error.message : String(error)}. Change it by hand, or remove it and provision again (what it holds is lost)`,
      { cause: error },
    );
  }
}
