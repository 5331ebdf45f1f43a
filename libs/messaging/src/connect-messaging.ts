import { noTracer, type Tracer } from '@colloquy/contracts';
import { createMessaging, type MessagingOptions } from './create-messaging.ts';
import { NatsLink } from './nats/nats-link.ts';
import type { NatsAddress } from './nats/nats-options.ts';
import { openWhenReady } from './nats/open-when-ready.ts';
import type { Messaging } from './ports.ts';
import { traceMessaging } from './trace-messaging.ts';

/** Where to connect to, and what the ports take from outside. */
export interface ConnectMessagingOptions extends NatsAddress, MessagingOptions {
  /** Default: nothing is traced. */
  readonly tracer?: Tracer;
  /** So long, in ms, a broker is waited for that is not there or has no streams yet; default 0. `onFault` hears of it. */
  readonly waitMs?: number;
  /** Ends that waiting, and nothing after it. */
  readonly signal?: AbortSignal;
}

/**
 * All ports over one connection to NATS, which reconnects for ever. The streams must have been provisioned.
 * @throws BrokerUnavailableError when nobody answers at the URL; UnsupportedServerError when the server is older than
 * 2.12 or has JetStream switched off; ProvisionError when streams were waited for in vain; NatsAddressError when the URL
 * cannot be taken apart; AccessDeniedError. All name the fix. The signal's reason when that is aborted
 */
export async function connectMessaging(options: ConnectMessagingOptions): Promise<Messaging> {
  const { clock, ids, deltaTtlSeconds, onFault, onStored, tracer = noTracer, waitMs = 0, signal, ...address } = options;
  const onWait = (error: Error): void => onFault?.({ what: 'waiting for the broker', error });
  const connection = await openWhenReady(address, { waitMs, clock, onWait, ...(signal ? { signal } : {}) });
  const link = await NatsLink.open(connection, clock, onFault);
  const messaging = createMessaging(link, {
    clock,
    ids,
    ...(deltaTtlSeconds === undefined ? {} : { deltaTtlSeconds }),
    ...(onFault === undefined ? {} : { onFault }),
    ...(onStored === undefined ? {} : { onStored }),
  });
  return traceMessaging(messaging, tracer);
}
