import type { Clock } from '@colloquy/contracts';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager } from '@nats-io/jetstream';
import { errors, type NatsConnection } from '@nats-io/transport-node';
import { AccessDeniedError, BrokerUnavailableError, ProvisionError } from '../broker-errors.ts';
import { DURABLE_PLANS } from '../stream-plan.ts';
import { connectNats, type NatsAddress } from './nats-options.ts';

/** How long to wait for what is not there yet. */
export interface Patience {
  /** Milliseconds; 0: it must be there. */
  readonly waitMs: number;
  readonly clock: Clock;
  /** Told what is waited for, when that changes. */
  readonly onWait: (error: Error) => void;
  /** Ends the waiting, also in the middle of an attempt. */
  readonly signal?: AbortSignal;
}

const TRY_MS = 1000;
const ANSWER_MS = 2000;

/**
 * A connection to NATS. With patience it is given only when the streams are provisioned too: where everything is
 * started at once, services wait instead of ending again and again.
 * @throws what `connectNats` does; ProvisionError when there are no streams after all that time; AccessDeniedError; the
 * signal's reason when that is aborted
 */
export async function openWhenReady(address: NatsAddress, patience: Patience): Promise<NatsConnection> {
  const { waitMs, clock, onWait, signal } = patience;
  const until = clock.monotonic() + waitMs;
  let said = '';
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await unlessAborted(open(address, waitMs > 0), signal);
    } catch (error) {
      if (!passes(error) || clock.monotonic() >= until) throw error;
      if (error.message !== said) onWait(error);
      said = error.message;
      await clock.sleep(TRY_MS, signal);
    }
  }
}

const passes = (error: unknown): error is Error =>
  error instanceof BrokerUnavailableError || error instanceof ProvisionError;

async function open(address: NatsAddress, withStreams: boolean): Promise<NatsConnection> {
  const connection = await connectNats(address);
  if (withStreams) await requireStreams(connection);
  return connection;
}

/** What comes too late is closed again. */
async function unlessAborted(
  opening: Promise<NatsConnection>,
  signal: AbortSignal | undefined,
): Promise<NatsConnection> {
  if (signal === undefined) return opening;
  const aborted = Promise.withResolvers<never>();
  const onAbort = (): void => {
    void opening.then((late) => late.close()).catch(() => undefined);
    aborted.reject(signal.reason);
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([opening, aborted.promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** Closes the connection when there is nothing to do with it. @throws ProvisionError, AccessDeniedError, BrokerUnavailableError */
async function requireStreams(connection: NatsConnection): Promise<void> {
  try {
    const jsm = await jetstreamManager(connection, { timeout: ANSWER_MS, checkAPI: false });
    for (const { stream, durable } of DURABLE_PLANS) await jsm.consumers.info(stream, durable);
  } catch (error) {
    await connection.close();
    throw whyNot(error);
  }
}

const MISSING: readonly number[] = [JetStreamApiCodes.StreamNotFound, JetStreamApiCodes.ConsumerNotFound];

/** Only what is said to be missing waits for the provision step; a broker that is electing, or slow, is another matter. */
function whyNot(error: unknown): Error {
  if (error instanceof JetStreamApiError && MISSING.includes(error.code)) {
    return new ProvisionError('the streams do not exist: run the provision step first', { cause: error });
  }
  if (isDenied(error)) {
    return new AccessDeniedError(
      `this user of NATS may not ask for the streams (${error.message}): correct its permissions, or NATS_URL`,
      { cause: error },
    );
  }
  const reason = error instanceof Error ? error.message : String(error);
  return new BrokerUnavailableError(`NATS does not say whether the streams exist (${reason})`, { cause: error });
}

/** The client wraps what it was told of a request. */
function isDenied(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  return error instanceof errors.PermissionViolationError || isDenied(error.cause);
}
