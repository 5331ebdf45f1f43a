import { ENGINE_VERSION } from '@colloquy/contracts';
import { failureEvents, isAtRest, takeoverEvents, tooManyAttempts, type ChatState } from '@colloquy/engine';
import { FencedError, type Subscription, type TicketDelivery } from '@colloquy/messaging';
import { expiryOf } from './ask-person.ts';
import { foldChat, type FoldedChat } from './fold-chat.ts';
import type { OrchestratorParts } from './ports.ts';
import { RunningChat } from './running-chat.ts';
import { startRun } from './start-run.ts';

/** A chat that is ours now, and the subscription under which its commands reach us. */
export interface Claimed {
  readonly chat: RunningChat;
  readonly owner: Subscription;
}

/** What to do with a ticket that does not become a run here. */
export type Declined = 'ack' | 'drop' | { readonly nakMs: number };

const OWNER_TIMEOUT_MS = 1000;
const CLAIM_TRIES = 5;

/**
 * Makes a chat ours: folds it, asks whether somebody runs it, and appends the claim with the fence, durable, before
 * any effect or delta. A claim that is fenced off looks again; after a few times the ticket is given back.
 */
export async function claimChat(parts: OrchestratorParts, delivery: TicketDelivery): Promise<Claimed | Declined> {
  const { chatId } = delivery.ticket;
  for (let tries = 0; tries < CLAIM_TRIES; tries++) {
    const folded = await foldChat({ log: parts.messaging.log, store: parts.store }, chatId);
    if (folded === undefined) return 'ack';
    const workflow = await definitionOf(parts, folded.state);
    if (workflow !== 'missing' && isAtRest(folded.state, workflow)) return 'ack';
    const declined = await askOwner(parts, delivery);
    if (declined !== undefined) return declined;
    const claimed = await tryClaim(parts, delivery, folded);
    if (claimed !== undefined) return claimed;
  }
  return { nakMs: 500 };
}

async function definitionOf(parts: OrchestratorParts, state: ChatState) {
  if (state.run === undefined) return undefined;
  return (await parts.messaging.workflows.get(state.run.workflowHash)) ?? ('missing' as const);
}

/** Undefined when nobody runs the chat: nobody answered, or nobody is there. */
async function askOwner(parts: OrchestratorParts, delivery: TicketDelivery): Promise<Declined | undefined> {
  const reply = await parts.messaging.owner.ask(delivery.ticket.chatId, { kind: 'ticket' }, OWNER_TIMEOUT_MS);
  if (reply === 'no_responders' || reply === 'timeout') return undefined;
  if (reply.kind !== 'ticket') return { nakMs: 100 };
  return reply.streamSeq === delivery.streamSeq ? 'drop' : 'ack';
}

async function tryClaim(
  parts: OrchestratorParts,
  delivery: TicketDelivery,
  folded: FoldedChat,
): Promise<Claimed | undefined> {
  const { chatId } = delivery.ticket;
  const appender = parts.messaging.log.open(chatId, folded.position);
  const chat = new RunningChat({ chatId, ticketSeq: delivery.streamSeq, folded, appender, clock: parts.clock });
  const owner = await parts.messaging.owner.serve(chatId, async (request) => {
    if (request.kind === 'ticket') return { kind: 'ticket', streamSeq: chat.ticketSeq };
    const verdict = await chat.record(request.command).catch(() => 'refused' as const);
    if (verdict === 'refused') return { kind: 'refused' };
    return { kind: 'recorded', verdict: verdict === 'rejected' ? 'rejected' : 'accepted' };
  });
  try {
    await appendClaim(parts, chat);
    chat.accept();
    return { chat, owner };
  } catch (error) {
    await owner.close();
    if (error instanceof FencedError) return undefined;
    throw error;
  }
}

async function appendClaim(parts: OrchestratorParts, chat: RunningChat): Promise<void> {
  if (chat.state.run === undefined) return startRun(parts, chat);
  const definition = await definitionOf(parts, chat.state);
  if (definition !== 'missing') chat.workflow = definition;
  await renewTimers(parts, chat);
  parts.meters.takeover();
  await chat.change((state) => {
    const failure = failureOf(state, definition === 'missing');
    if (failure !== undefined) return { events: failureEvents(state, { ...failure, shown: chat.shown.texts }) };
    const estimate = (model: string, text: string) => parts.effects.estimate(undefined, text, model);
    const shown = chat.shown.texts;
    return {
      events: takeoverEvents(state, {
        worker: parts.worker,
        shown,
        estimate: (open, text) => estimate(open.model, text),
      }),
    };
  });
}

function failureOf(state: ChatState, definitionMissing: boolean) {
  if (tooManyAttempts(state)) {
    const message = 'The run was begun five times and never got further. It was stopped so that it does no harm.';
    return { code: 'too_many_attempts', message, retryable: false };
  }
  if (!definitionMissing) return undefined;
  const message = `The definition of this run is gone (engine ${String(ENGINE_VERSION)}). Send the message again to start a new run.`;
  return { code: 'definition_missing', message, retryable: true };
}

/** Timers are scheduled again at every claim: the one that was scheduled first may be lost. */
async function renewTimers(parts: OrchestratorParts, chat: RunningChat): Promise<void> {
  for (const { requestId, expiresAt } of chat.state.run?.openRequests ?? []) {
    if (expiresAt === undefined) continue;
    const command = expiryOf({ chatId: chat.chatId, requestId, at: expiresAt });
    await parts.messaging.commands.schedule({ id: requestId, at: Date.parse(expiresAt), command });
  }
}
