import { DURABLES, runSubject, STREAMS, ticketSchema, type Ticket } from '@colloquy/contracts';
import type { PulledMessage } from './broker-link.ts';
import { decodeMessage } from './decode-message.ts';
import { HEADERS, traceHeader, traceOf } from './message-headers.ts';
import { parkMalformed, parkMessage, type ParkingContext } from './parked-messages.ts';
import type { TicketDelivery, TicketQueue } from './ports.ts';
import { pullBatch } from './pull-batch.ts';
import { storeMessage } from './store-message.ts';

/** Tickets come one by one when they come at all: those on their way with the first are taken, no more are waited for. */
const GATHER_MS = 2;

/** Tickets over one connection. */
export function createTicketQueue(context: ParkingContext): TicketQueue {
  const { link, clock } = context;
  return {
    async publish(ticket, msgId, traceparent) {
      await storeMessage({
        link,
        clock,
        subject: runSubject(ticket.chatId),
        data: JSON.stringify(ticket),
        headers: { [HEADERS.msgId]: msgId, ...traceHeader(traceparent) },
      });
    },
    async pull({ count, waitMs, signal }) {
      const messages = await pullBatch(context, {
        stream: STREAMS.commands,
        durable: DURABLES.runs,
        count,
        firstWaitMs: waitMs,
        gatherMs: GATHER_MS,
        signal,
      });
      const deliveries: TicketDelivery[] = [];
      for (const message of messages) {
        const decoded = decodeMessage(ticketSchema, message);
        if ('value' in decoded) deliveries.push(toDelivery(context, message, decoded.value));
        else await parkMalformed(context, message, { consumer: DURABLES.runs, reason: decoded.reason });
      }
      return deliveries;
    },
  };
}

function toDelivery(context: ParkingContext, message: PulledMessage, ticket: Ticket): TicketDelivery {
  return {
    ticket,
    streamSeq: message.seq,
    deliveryCount: message.deliveryCount,
    ...traceOf(message.headers),
    working: () => message.working(),
    ack: () => message.ackConfirmed(),
    nak: (delayMs) => message.nak(delayMs),
    park: (reason) => parkMessage(context, message, { consumer: DURABLES.runs, reason }),
  };
}
