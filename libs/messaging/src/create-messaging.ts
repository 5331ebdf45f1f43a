import { type Clock, DELTA_TTL_SECONDS, DURABLES, type Ids, STREAMS } from '@colloquy/contracts';
import { BrokerUnavailableError } from './broker-errors.ts';
import type { BrokerLink } from './broker-link.ts';
import type { StoredHere } from './chat-appender.ts';
import { createChatLog } from './chat-log.ts';
import { createCommandQueue } from './command-queue.ts';
import { createFileRecords } from './file-records.ts';
import { createLiveFeed } from './live-feed.ts';
import { createLogConsumer } from './log-consumer.ts';
import { createOwnerChannel } from './owner-channel.ts';
import { createParkedMessages } from './parked-messages.ts';
import type { Messaging } from './ports.ts';
import { logDurable } from './stream-plan.ts';
import { createTicketQueue } from './ticket-queue.ts';
import { createWorkflowBucket } from './workflow-bucket.ts';

const PING_MS = 1000;
const CONSUMER_NAME = /^[a-z][a-z0-9-]{0,31}$/;

/** What the ports take from outside. */
export interface MessagingOptions {
  readonly clock: Clock;
  readonly ids: Ids;
  /** After so many seconds a commit that holds deltas only leaves the log. Default: 6 h. */
  readonly deltaTtlSeconds?: number;
  /** Told of what no caller hears of: a handler that threw, a message that cannot be read. Never of content. */
  readonly onFault?: (fault: { readonly what: string; readonly error: unknown }) => void;
  /** Told of every commit that an appender of this connection has put on disk. Must not throw. */
  readonly onStored?: (stored: StoredHere) => void;
}

/** All ports over one connection. */
export function createMessaging(link: BrokerLink, options: MessagingOptions): Messaging {
  const { clock, ids, onFault = () => undefined, onStored = () => undefined } = options;
  const boot = ids.random(12);
  let sent = 0;
  const log = createChatLog({
    link,
    clock,
    nextMsgId: () => `${boot}.${String((sent += 1))}`,
    deltaTtlSeconds: options.deltaTtlSeconds ?? DELTA_TTL_SECONDS,
    onStored,
  });
  const parking = { link, clock, ids };
  return {
    log,
    live: createLiveFeed({ link, onFault }),
    commands: createCommandQueue({ ...parking, onFault }),
    tickets: createTicketQueue(parking),
    owner: createOwnerChannel({ link, onFault }),
    workflows: createWorkflowBucket({ link, clock }),
    files: createFileRecords(parking),
    parked: createParkedMessages(parking),
    async consumer(name) {
      if (!CONSUMER_NAME.test(name)) throw new RangeError(`not a consumer's name: ${JSON.stringify(name)}`);
      await link.ensureDurable(logDurable(name));
      return createLogConsumer({ ...parking, name, epoch: () => log.epoch() });
    },
    queues: async () => {
      const [commands, runs] = await Promise.all([
        link.lag(STREAMS.commands, DURABLES.commands),
        link.lag(STREAMS.commands, DURABLES.runs),
      ]);
      return { commands, runs };
    },
    ping: () => within(clock, link.flush(), PING_MS),
    onReconnect: (fn) => link.onReconnect(fn),
    drain: () => link.drain(),
  };
}

async function within(clock: Clock, promise: Promise<void>, ms: number): Promise<void> {
  let timer: object | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.setTimeout(() => reject(new BrokerUnavailableError(`no answer within ${String(ms)} ms`)), ms);
  });
  try {
    await Promise.race([promise, late]);
  } finally {
    if (timer !== undefined) clock.clearTimeout(timer);
  }
}
