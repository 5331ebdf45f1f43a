import { type Clock, DURABLES, STREAMS } from '@colloquy/contracts';
import type { ActivePull, BrokerLink, PulledMessage } from './broker-link.ts';
import type { Subscription } from './ports.ts';

/** Commands in hand at once: they are recorded in milliseconds, a hung owner holds one for a second. */
const SLOTS = 64;
/** A process that hangs takes commands until its last request has expired: a stop must not wait long for that. */
const EXPIRES_MS = 1000;
const FAILED_WAIT_MS = 250;
/** A handler that throws gets its command again after so long. */
const THROWN_WAIT_MS = 1000;

/** What pumping needs. */
export interface PumpContext {
  readonly link: BrokerLink;
  readonly clock: Clock;
  /** Told of what no caller hears of. */
  readonly onFault: (fault: { readonly what: string; readonly error: unknown }) => void;
}

/**
 * Pulls commands for ever: `asked for` + `in hand` is at most SLOTS, so that none waits in this process while another
 * instance is free.
 */
export class CommandPump implements Subscription {
  private readonly context: PumpContext;
  private readonly handle: (message: PulledMessage) => Promise<void>;
  private readonly pulls = new Set<ActivePull>();
  private readonly inHand = new Set<Promise<void>>();
  private asked = 0;
  private closed = false;

  constructor(context: PumpContext, handle: (message: PulledMessage) => Promise<void>) {
    this.context = context;
    this.handle = handle;
  }

  start(): void {
    this.ask();
  }

  /** Asks for no more and waits for what is in hand. */
  async close(): Promise<void> {
    this.closed = true;
    for (const pull of this.pulls) pull.stop();
    while (this.inHand.size > 0) await Promise.all(this.inHand);
  }

  private ask(): void {
    const free = SLOTS - this.asked - this.inHand.size;
    // Asking for each freed slot by itself would cost a request a command.
    if (this.closed || free === 0 || (this.asked > 0 && free < SLOTS / 4)) return;
    let open = free;
    this.asked += free;
    const pull = this.context.link.pull({
      stream: STREAMS.commands,
      durable: DURABLES.commands,
      batch: free,
      expiresMs: EXPIRES_MS,
      onMessage: (message) => {
        open -= 1;
        this.asked -= 1;
        this.take(message);
      },
      onEnd: (end) => {
        this.pulls.delete(pull);
        this.asked -= open;
        if (end === 'failed') this.context.clock.setTimeout(() => this.ask(), FAILED_WAIT_MS);
        else this.ask();
      },
    });
    this.pulls.add(pull);
  }

  private take(message: PulledMessage): void {
    if (this.closed) {
      message.nak();
      return;
    }
    const handled = this.run(message).finally(() => {
      this.inHand.delete(handled);
      this.ask();
    });
    this.inHand.add(handled);
  }

  private async run(message: PulledMessage): Promise<void> {
    try {
      await this.handle(message);
    } catch (error) {
      this.context.onFault({ what: `recording ${message.subject}`, error });
      message.nak(THROWN_WAIT_MS);
    }
  }
}
