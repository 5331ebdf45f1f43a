import { MalformedCommitError, STREAMS } from '@colloquy/contracts';
import { BrokerUnavailableError } from './broker-errors.ts';
import type { PulledMessage } from './broker-link.ts';
import { toStoredCommit } from './chat-log.ts';
import { sameChat } from './decode-message.ts';
import { parkMalformed, parkMessage, type ParkingContext } from './parked-messages.ts';
import type { LogConsumer, LogDelivery, StoredCommit } from './ports.ts';
import { pullBatch } from './pull-batch.ts';

/** How long a pull waits for the first commit. */
const FIRST_WAIT_MS = 5000;
const UNAVAILABLE_WAIT_MS = 250;
const ALL_CHATS = 'chat.*';

/** What a consumer of the log needs. */
export interface LogConsumerContext extends ParkingContext {
  /** Name of the durable. */
  readonly name: string;
  readonly epoch: () => Promise<string>;
}

/** Reads the log through a durable that exists. */
export function createLogConsumer(context: LogConsumerContext): LogConsumer {
  const { link, name } = context;
  const deliver = async (message: PulledMessage, epoch: string): Promise<LogDelivery | undefined> => {
    const stored = readCommit(message);
    if ('reason' in stored) {
      await parkMalformed(context, message, { consumer: name, reason: stored.reason });
      return undefined;
    }
    return {
      ...stored,
      epoch,
      deliveryCount: message.deliveryCount,
      ack: () => message.ack(),
      nak: (delayMs) => message.nak(delayMs),
      park: (reason) => parkMessage(context, message, { consumer: name, reason }),
    };
  };
  return {
    async pull({ count, waitMs, signal }) {
      const epoch = await epochOrNone(context);
      if (epoch === undefined) return [];
      const messages = await pullBatch(context, {
        stream: STREAMS.chats,
        durable: name,
        count,
        firstWaitMs: FIRST_WAIT_MS,
        gatherMs: waitMs,
        signal,
      });
      const deliveries = await Promise.all(messages.map((message) => deliver(message, epoch)));
      return deliveries.filter((delivery) => delivery !== undefined);
    },
    lag: () => link.lag(STREAMS.chats, name),
    async lagMs() {
      const floor = await link.ackFloor(STREAMS.chats, name);
      const oldest = await link.nextOf(STREAMS.chats, ALL_CHATS, floor + 1);
      return oldest === undefined ? 0 : Math.max(0, context.clock.now() - oldest.at);
    },
  };
}

/** The epoch, or nothing when the broker cannot be asked: then there is nothing to pull either. */
async function epochOrNone({ epoch, clock }: LogConsumerContext): Promise<string | undefined> {
  try {
    return await epoch();
  } catch (error) {
    if (!(error instanceof BrokerUnavailableError)) throw error;
    await clock.sleep(UNAVAILABLE_WAIT_MS);
    return undefined;
  }
}

function readCommit(message: PulledMessage): StoredCommit | { reason: string } {
  try {
    const stored = toStoredCommit(message);
    return sameChat(stored.commit.chatId, message.subject) ? stored : { reason: 'the chat is not the subject’s' };
  } catch (error) {
    if (error instanceof MalformedCommitError) return { reason: error.message };
    throw error;
  }
}
