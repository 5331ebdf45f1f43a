import type { Clock } from '@colloquy/contracts';
import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import { BrokerUnavailableError, ProvisionError } from '../broker-errors.ts';
import { DURABLE_PLANS } from '../stream-plan.ts';
import { connectNats, type NatsAddress } from './nats-options.ts';

/** How long to wait for what is not there yet. */
export interface Patience {
  /** Milliseconds; 0: it must be there. */
  readonly waitMs: number;
  readonly clock: Clock;
  /** Told what is waited for, when that changes. */
  readonly onWait: (error: Error) => void;
}

const TRY_MS = 1000;
const ANSWER_MS = 2000;

/**
 * A connection to NATS. With patience it is given only when the streams are provisioned too: where everything is
 * started at once, services wait instead of ending again and again.
 * @throws what `connectNats` does; ProvisionError when there are no streams after all that time
 */
export async function openWhenReady(address: NatsAddress, patience: Patience): Promise<NatsConnection> {
  const { waitMs, clock, onWait } = patience;
  const until = clock.monotonic() + waitMs;
  let said = '';
  for (;;) {
    try {
      const connection = await connectNats(address);
      if (waitMs > 0) await requireStreams(connection);
      return connection;
    } catch (error) {
      if (!passes(error) || clock.monotonic() >= until) throw error;
      if (error.message !== said) onWait(error);
      said = error.message;
      await clock.sleep(TRY_MS);
    }
  }
}

const passes = (error: unknown): error is Error =>
  error instanceof BrokerUnavailableError || error instanceof ProvisionError;

/** Closes the connection when there is nothing to do with it. @throws ProvisionError */
async function requireStreams(connection: NatsConnection): Promise<void> {
  try {
    const jsm = await jetstreamManager(connection, { timeout: ANSWER_MS, checkAPI: false });
    for (const { stream, durable } of DURABLE_PLANS) await jsm.consumers.info(stream, durable);
  } catch (error) {
    await connection.close();
    throw new ProvisionError('the streams do not exist: run the provision step first', { cause: error });
  }
}
