import { type Clock, isId, type Ids, parkedSubject, STREAMS } from '@colloquy/contracts';
import { BrokerUnavailableError, NotRetryableError } from './broker-errors.ts';
import type { BrokerLink, PulledMessage, StoredMessage } from './broker-link.ts';
import { HEADERS } from './message-headers.ts';
import type { ParkedMessage, ParkedMessages } from './ports.ts';
import { storeMessage } from './store-message.ts';

const PAGE = 256;
const PARK_AGAIN_MS = 1000;
/** Stands for the chat of a message whose subject names none. */
const NO_CHAT = 'malformed-chat-id';

/** What parking needs. */
export interface ParkingContext {
  readonly link: BrokerLink;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Puts the message on `parked.<consumer>.<chatId>` with the reason, then acknowledges it, in that order. */
export async function parkMessage(
  { link, clock }: ParkingContext,
  message: PulledMessage,
  { consumer, reason }: { consumer: string; reason: string },
): Promise<void> {
  const chatId = message.subject.split('.')[1];
  await storeMessage({
    link,
    clock,
    subject: parkedSubject(consumer, isId(chatId) ? chatId : NO_CHAT),
    data: message.data,
    headers: {
      [HEADERS.msgId]: `${consumer}-${message.subject}-${String(message.seq)}`,
      [HEADERS.parkedReason]: reason.replaceAll(/\s+/g, ' ').slice(0, 1024),
      [HEADERS.parkedSubject]: message.subject,
      [HEADERS.parkedSequence]: String(message.seq),
    },
  });
  message.ack();
}

/** Parks a message that cannot be read; when even that cannot be done now, it comes again. */
export async function parkMalformed(
  context: ParkingContext,
  message: PulledMessage,
  why: { consumer: string; reason: string },
): Promise<void> {
  try {
    await parkMessage(context, message, why);
  } catch (error) {
    if (!(error instanceof BrokerUnavailableError)) throw error;
    message.nak(PARK_AGAIN_MS);
  }
}

/** What consumers gave up on, over one connection. */
export function createParkedMessages({ link, clock, ids }: ParkingContext): ParkedMessages {
  const find = async (streamSeq: number): Promise<StoredMessage> => {
    const message = await link.messageAt(STREAMS.parked, streamSeq);
    if (message === undefined) throw new RangeError(`nothing is parked at ${String(streamSeq)}`);
    return message;
  };
  return {
    async list({ after = 0, limit = PAGE } = {}) {
      const found: ParkedMessage[] = [];
      for (let seq = after + 1, more = true; more && found.length < limit;) {
        const page = await link.readPage({
          stream: STREAMS.parked,
          subject: 'parked.>',
          seq,
          limit: Math.min(PAGE, limit - found.length),
        });
        found.push(...page.messages.map(toParked));
        more = page.more;
        seq = (found.at(-1)?.streamSeq ?? seq) + 1;
      }
      return found;
    },
    async show(streamSeq) {
      return toParked(await find(streamSeq));
    },
    async counts() {
      const counts = new Map<string, number>();
      for (const [subject, count] of await link.subjects(STREAMS.parked, 'parked.>')) {
        const [, consumer = ''] = subject.split('.');
        counts.set(consumer, (counts.get(consumer) ?? 0) + count);
      }
      return counts;
    },
    async retry(streamSeq) {
      const parked = toParked(await find(streamSeq));
      if (!/^(command|run)\./.test(parked.subject)) {
        throw new NotRetryableError(
          `${parked.subject} is a log: the commit is still on it. Run \`npm run ops -- rebuild ${parked.chatId}\`, then drop this.`,
        );
      }
      await storeMessage({
        link,
        clock,
        subject: parked.subject,
        data: parked.payload,
        headers: { [HEADERS.msgId]: `retry-${ids.random(12)}` },
      });
      await link.deleteMessage(STREAMS.parked, streamSeq);
    },
    async drop(streamSeq) {
      await find(streamSeq);
      await link.deleteMessage(STREAMS.parked, streamSeq);
    },
  };
}

/** Without what the server adds to a message when it is read. */
function ownHeaders(headers: StoredMessage['headers']): ParkedMessage['headers'] {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith('Nats-') || name === HEADERS.msgId),
  );
}

function toParked({ subject, seq, at, data, headers }: StoredMessage): ParkedMessage {
  const [, consumer = '', chatId = ''] = subject.split('.');
  return {
    streamSeq: seq,
    at,
    consumer,
    chatId,
    reason: headers[HEADERS.parkedReason] ?? '',
    subject: headers[HEADERS.parkedSubject] ?? '',
    originalStreamSeq: Number(headers[HEADERS.parkedSequence] ?? 0),
    payload: data,
    headers: ownHeaders(headers),
  };
}
