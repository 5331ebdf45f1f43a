import { isAtRest } from '@colloquy/engine';
import type { Span } from '@colloquy/contracts';
import type { Subscription, TicketDelivery } from '@colloquy/messaging';
import { backoffMs } from './backoff-ms.ts';
import { beat } from './beat.ts';
import { claimChat, type Claimed, type Declined } from './claim-chat.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import type { RunningChats } from './running-chats.ts';
import { takeSteps } from './take-steps.ts';
import { traceTicket } from './trace-work.ts';

/** A ticket of a chat that is being claimed or closed here is looked at again after so long, in ms. */
const BUSY_MS = 200;

/**
 * Runs a chat until it rests: the handler of `run.<chatId>`. Never throws.
 * At rest the ticket is acked; fenced, it is left alone, since another one holds it now.
 */
export async function runChat(parts: OrchestratorParts, chats: RunningChats, delivery: TicketDelivery): Promise<void> {
  await traceTicket(parts, delivery, (span) => holdTicket(parts, chats, { delivery, span }));
}

async function holdTicket(
  parts: OrchestratorParts,
  chats: RunningChats,
  { delivery, span }: { delivery: TicketDelivery; span: Span },
): Promise<void> {
  const { chatId } = delivery.ticket;
  const mine = chats.get(chatId);
  if (mine?.open === true) {
    // The same ticket again is dropped: the heartbeat of the run extends it. Another one may be what the run is held by
    // elsewhere, when this process was frozen, or be begun with, when the log was lost and put back.
    if (mine.ticketSeq !== delivery.streamSeq)
      await settle(parts, delivery, (await mine.isStillOwner()) ? 'ack' : { nakMs: BUSY_MS });
    return;
  }
  // A run that takes no commands any more does not answer for tickets either: what it would miss, they would lose.
  if (!chats.reserve(chatId)) {
    delivery.nak(BUSY_MS);
    return;
  }
  try {
    const claimed = await claimChat(parts, chats, delivery);
    if (!isClaimed(claimed)) {
      await settle(parts, delivery, claimed);
      return;
    }
    chats.add(claimed.chat);
    await runClaimed(parts, claimed, delivery);
  } catch (error) {
    span.fail(error);
    parts.log.error({ chatId, err: error }, 'a chat could not be run; its ticket is given back');
    delivery.nak(backoffMs(delivery.deliveryCount));
  } finally {
    chats.remove(chatId);
  }
}

function isClaimed(claimed: Claimed | Declined): claimed is Claimed {
  return typeof claimed === 'object' && 'chat' in claimed;
}

/** An ack that does not arrive is no harm: the ticket comes again, and the chat is found at rest. */
async function settle(parts: OrchestratorParts, delivery: TicketDelivery, declined: Declined): Promise<void> {
  if (declined === 'drop') return;
  if (typeof declined === 'object' && 'nakMs' in declined) {
    delivery.nak(declined.nakMs);
    return;
  }
  const settled = declined === 'ack' ? delivery.ack() : delivery.park(declined.park);
  await settled.catch((error: unknown) => {
    parts.log.debug({ chatId: delivery.ticket.chatId, err: error }, 'the end of a ticket was not confirmed');
  });
}

async function runClaimed(parts: OrchestratorParts, claimed: Claimed, delivery: TicketDelivery): Promise<void> {
  const { chat, owner } = claimed;
  const over = new AbortController();
  const beating = beat(parts, { chat, delivery, signal: over.signal });
  try {
    const end = await Promise.race([takeSteps(parts, chat), rejection(chat.lost)]);
    await closeOwner(parts, chat, owner);
    await Promise.race([chat.settled(), rejection(chat.lost)]);
    // Who was frozen here must not ack what another one holds by now.
    await chat.stillOwner();
    // Nothing can have been recorded since the chat refused; a look once more costs nothing.
    if (end === 'rest' && isAtRest(chat.state, chat.workflow)) await settle(parts, delivery, 'ack');
    else delivery.nak();
  } catch (error) {
    await closeOwner(parts, chat, owner);
    if (!chat.lost.aborted) {
      chat.giveUp(new Error('the run has failed'));
      throw error;
    }
    parts.meters.fenced();
    parts.log.warn({ chatId: chat.chatId, err: reasonOf(chat.lost) }, 'the run is not ours any more');
  } finally {
    chat.spans.end();
    over.abort();
    await beating;
  }
}

function reasonOf({ reason }: AbortSignal): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}

function rejection(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const fail = (): void => {
      reject(reasonOf(signal));
    };
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** The subscription ends at once; only the server's word for it may be missing. */
async function closeOwner(parts: OrchestratorParts, { chatId }: RunningChat, owner: Subscription): Promise<void> {
  await owner.close().catch((error: unknown) => {
    parts.log.debug({ chatId, err: error }, 'the broker did not confirm the end of a subscription');
  });
}
