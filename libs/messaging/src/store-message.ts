import type { Clock } from '@colloquy/contracts';
import { BrokerRefusedError, BrokerUnavailableError } from './broker-errors.ts';
import type { BrokerLink, WireMessage } from './broker-link.ts';
import { sortRefusal } from './error-codes.ts';

const GIVE_UP_MS = 5000;
const WAIT_MS = 100;

/** A message whose storing may be tried again and again: it has a `Nats-Msg-Id`, or replaces itself. */
export interface StoreMessage extends WireMessage {
  readonly link: BrokerLink;
  readonly clock: Clock;
}

/**
 * Resolves once the message is on disk.
 * @throws BrokerUnavailableError when that is not known after 5 s; BrokerRefusedError when it never will be
 */
export async function storeMessage({ link, clock, ...message }: StoreMessage): Promise<void> {
  const deadline = clock.monotonic() + GIVE_UP_MS;
  for (;;) {
    const outcome = await link.publishStored(message);
    if (outcome.kind === 'stored') return;
    if (outcome.kind === 'refused' && sortRefusal(outcome.code) !== 'transient') {
      throw new BrokerRefusedError(outcome.code, outcome.message);
    }
    if (clock.monotonic() + WAIT_MS >= deadline) {
      throw new BrokerUnavailableError(
        `${message.subject} was not stored within ${String(GIVE_UP_MS / 1000)} s: ${outcome.message}`,
      );
    }
    await clock.sleep(WAIT_MS);
  }
}
