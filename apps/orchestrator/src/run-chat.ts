import { isAtRest, next } from '@colloquy/engine';
import { FencedError, type TicketDelivery } from '@colloquy/messaging';
import { claimChat, type Claimed, type Declined } from './claim-chat.ts';
import { performStep } from './perform-step.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChat } from './running-chat.ts';
import type { RunningChats } from './running-chats.ts';

/** A ticket in flight is extended this often, in ms; it would go to somebody else after 6 s. */
const HEARTBEAT_MS = 2000;

/**
 * Runs a chat until it rests: the handler of `run.<chatId>`. Never throws.
 * At rest the ticket is acked; fenced, it is left alone, since another one holds it now.
 */
export async function runChat(parts: OrchestratorParts, chats: RunningChats, delivery: TicketDelivery): Promise<void> {
  const { chatId } = delivery.ticket;
  const mine = chats.get(chatId);
  if (mine !== undefined) {
    // The same ticket again is dropped: the heartbeat of the run extends it.
    if (mine.ticketSeq !== delivery.streamSeq) await settle(parts, delivery, 'ack');
    return;
  }
  if (!chats.reserve(chatId)) {
    delivery.nak(500);
    return;
  }
  try {
    const claimed = await claimChat(parts, delivery);
    if (!isClaimed(claimed)) {
      await settle(parts, delivery, claimed);
      return;
    }
    chats.add(claimed.chat);
    await runClaimed(parts, claimed, delivery);
  } catch (error) {
    parts.log.error({ chatId, err: error }, 'a chat could not be run; its ticket is given back');
    delivery.nak(1000);
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
  if (declined !== 'ack') {
    delivery.nak(declined.nakMs);
    return;
  }
  await delivery.ack().catch((error: unknown) => {
    parts.log.debug({ chatId: delivery.ticket.chatId, err: error }, 'the ack of a ticket did not arrive');
  });
}

async function runClaimed(parts: OrchestratorParts, { chat, owner }: Claimed, delivery: TicketDelivery): Promise<void> {
  const { chatId } = chat;
  const over = new AbortController();
  const beating = beat(parts, { chat, delivery, signal: over.signal });
  try {
    const end = await stepUntilRest(parts, chat);
    await owner.close();
    await chat.settled();
    // Nothing can have been recorded since the chat refused; a look once more costs nothing.
    if (end === 'rest' && isAtRest(chat.state, chat.workflow)) await settle(parts, delivery, 'ack');
    else delivery.nak();
  } catch (error) {
    await owner.close();
    if (!(error instanceof FencedError)) throw error;
    parts.meters.fenced();
    parts.log.warn({ chatId }, 'another orchestrator owns the chat now');
  } finally {
    over.abort();
    await beating;
  }
}

async function stepUntilRest(parts: OrchestratorParts, chat: RunningChat): Promise<'rest' | 'released'> {
  for (;;) {
    if (chat.fenced) throw new FencedError(`chat ${chat.chatId} is owned by another orchestrator`);
    if (chat.draining) return release(parts, chat);
    const step = next(chat.state, chat.workflow);
    if (step.kind !== 'rest') await performStep(parts, chat, step);
    else if (await chat.refuse((state) => isAtRest(state, chat.workflow))) return 'rest';
  }
}

/** Gives a run back at a step boundary, so that another orchestrator takes over at once. */
async function release(parts: OrchestratorParts, chat: RunningChat): Promise<'rest' | 'released'> {
  await chat.refuse();
  if (isAtRest(chat.state, chat.workflow)) return 'rest';
  await chat.change((state) => {
    if (state.run === undefined) return undefined;
    const { runId, openMessages } = state.run;
    const aborted = openMessages.map(({ messageId, agent }) => {
      const text = chat.shown.texts.get(messageId) ?? '';
      return { type: 'message_aborted' as const, runId, agent, messageId, text, reason: 'handed_over' as const };
    });
    return { events: [...aborted, { type: 'run_released', runId, worker: parts.worker, reason: 'drain' }] };
  });
  parts.meters.released();
  return 'released';
}

/** The heartbeat proves the loop, not a timer: it stops when the step in progress makes no progress in its time. */
async function beat(
  parts: OrchestratorParts,
  { chat, delivery, signal }: { chat: RunningChat; delivery: TicketDelivery; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    if (!chat.fenced && chat.idleMs <= chat.stallLimitMs) delivery.working();
    await parts.clock.sleep(HEARTBEAT_MS, signal).catch(() => undefined);
  }
}
