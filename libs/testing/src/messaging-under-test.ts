import type { Clock, Ids } from '@colloquy/contracts';
import type { Messaging } from '@colloquy/messaging';

/** One implementation of the messaging ports, with the means to harm it, for `describeMessaging`. */
export interface MessagingUnderTest {
  readonly clock: Clock;
  readonly ids: Ids;
  /** A connection of that name; deltas leave the log after `deltaTtlSeconds`. */
  connect(name: string, options?: { deltaTtlSeconds?: number }): Promise<Messaging>;
  /** Runs a test's body, letting its time pass. */
  run(body: () => Promise<void>): Promise<void>;
  /** From here on that connection hears nothing from the broker, while the broker hears it. */
  deafen(name: string): void;
  /** Cuts the deaf connection and lets it reconnect. */
  restore(name: string): void;
  /** Puts a message as it is on a stream. */
  inject(subject: string, data: string): Promise<void>;
  stop(): Promise<void>;
}
