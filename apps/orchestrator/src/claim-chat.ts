import { ENGINE_VERSION, WIRE_VERSION, type NewEvent } from '@colloquy/contracts';
import {
  evolve,
  failureEvents,
  isAtRest,
  isLastClaim,
  next,
  overBudgetEvents,
  takeoverEvents,
  timersOf,
  tooManyAttempts,
  type ChatState,
  type Estimator,
} from '@colloquy/engine';
import { FencedError, type Subscription, type TicketDelivery } from '@colloquy/messaging';
import { definitionOfRun } from './definition-of-run.ts';
import { foldChat, type FoldedChat } from './fold-chat.ts';
import type { OrchestratorParts } from './ports.ts';
import { RunningChat } from './running-chat.ts';
import { isSuspect, type RunningChats } from './running-chats.ts';
import { dropTimers, setTimers } from './set-timers.ts';
import { startRun } from './start-run.ts';
import { traceAnswer } from './trace-work.ts';
import { ownerBudgetSpent } from './user-budget.ts';

/** A chat that is ours now, and the subscription under which its commands reach us. */
export interface Claimed {
  readonly chat: RunningChat;
  readonly owner: Subscription;
}

/** What to do with a ticket that does not become a run here. */
export type Declined = 'ack' | 'drop' | { readonly nakMs: number } | { readonly park: string };

const OWNER_TIMEOUT_MS = 1000;
const CLAIM_TRIES = 5;
/** When the ticket of a suspect is looked at again that has to wait for another one, in ms: each time later. */
const APART_MS = 1000;
const LONGEST_APART_MS = 5000;
/** When the ticket of a run that only a newer version can go on with is offered again, in ms: to that one, with luck. */
const NEWER_MS = 1000;
/** A ticket that is acked on the word of what was seen this long ago may be held by another one by now, in ms. */
const FRESH_MS = 4000;

/**
 * Makes a chat ours: folds it, asks whether somebody runs it, and appends the claim with the fence, durable, before
 * any effect or delta. A claim that is fenced off looks again; after a few times the ticket is given back.
 */
export async function claimChat(
  parts: OrchestratorParts,
  chats: RunningChats,
  delivery: TicketDelivery,
): Promise<Claimed | Declined> {
  for (let tries = 0; tries < CLAIM_TRIES; tries++) {
    if (chats.draining) return { nakMs: 0 };
    const lookedAt = parts.clock.monotonic();
    const outcome = await tryOnce(parts, chats, delivery);
    if (outcome === 'fenced') continue;
    const late = parts.clock.monotonic() - lookedAt > FRESH_MS;
    return outcome === 'ack' && late ? 'drop' : outcome;
  }
  return { nakMs: 500 };
}

async function tryOnce(
  parts: OrchestratorParts,
  chats: RunningChats,
  delivery: TicketDelivery,
): Promise<Claimed | Declined | 'fenced'> {
  const folded = await foldChat({ log: parts.messaging.log, store: parts.store }, delivery.ticket.chatId);
  if (folded === undefined) return 'ack';
  if (isNewer(folded.state)) return { nakMs: NEWER_MS };
  // Before anything that costs more: many may wait for one place, and come again and again.
  if (mustBeAlone(folded.state) && !chats.isolate(delivery.ticket.chatId)) return { nakMs: apartMs(delivery) };
  const workflow = await definitionOfRun(parts, folded.state);
  // Also of a chat at rest: it may be about to record something, and this be the very ticket that it holds.
  const declined = await askOwner(parts, delivery);
  if (declined !== undefined) return declined;
  if (workflow !== 'missing' && isAtRest(folded.state, workflow)) return 'ack';
  const claimed = await tryClaim(parts, delivery, folded);
  if (claimed === undefined) return 'fenced';
  return claimed.poison === undefined ? claimed : parkRun(parts, claimed, claimed.poison);
}

/**
 * Begun by rules that this version does not know (a deploy, step by step): it would take a run for ended that is not, or
 * show what must not be seen.
 */
function isNewer({ run }: ChatState): boolean {
  return run !== undefined && run.engineVersion > ENGINE_VERSION;
}

/** A suspect whose next claim only stops it runs nothing here, and needs no place. */
function mustBeAlone(state: ChatState): boolean {
  return isSuspect(state) && !isLastClaim(state);
}

function apartMs({ deliveryCount }: TicketDelivery): number {
  return Math.min(LONGEST_APART_MS, APART_MS * deliveryCount);
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
): Promise<(Claimed & { readonly poison: string | undefined }) | undefined> {
  const { chatId } = delivery.ticket;
  const appender = parts.messaging.log.open(chatId, folded.position);
  const { clock, effects } = parts;
  const estimate: Estimator = (request, text, model) => effects.estimate(request, text, model);
  const { streamSeq: ticketSeq } = delivery;
  const chat = new RunningChat({ chatId, ticketSeq, folded, appender, clock, estimate, tracer: parts.tracer });
  chat.onTimersOver = (timers) => {
    dropTimers(parts, chatId, timers);
  };
  const owner = await parts.messaging.owner.serve(chatId, (request) =>
    traceAnswer(parts, { chatId, request }, async () => {
      if (!chat.open) return { kind: 'refused' };
      // Who thaws may have lost its ticket meanwhile: another one would be acked on its word, and the run be lost. Who
      // cannot know says so in time: the asker looks again, and takes nothing away.
      if (request.kind === 'ticket')
        return (await chat.isStillOwner()) ? { kind: 'ticket', streamSeq: chat.ticketSeq } : { kind: 'refused' };
      const verdict = await chat.record(request.command).catch(() => 'refused' as const);
      if (verdict === 'refused') return { kind: 'refused' };
      parts.meters.commandRecorded(verdict);
      return { kind: 'recorded', verdict: verdict === 'rejected' ? 'rejected' : 'accepted' };
    }),
  );
  try {
    const poison = await appendClaim(parts, chat, folded);
    chat.accept();
    return { chat, owner, poison };
  } catch (error) {
    appender.abandon();
    await owner.close().catch(() => undefined);
    if (error instanceof FencedError) return undefined;
    throw error;
  }
}

/** Why the run is poison; undefined when it is not. */
async function appendClaim(
  parts: OrchestratorParts,
  chat: RunningChat,
  { unowned }: FoldedChat,
): Promise<string | undefined> {
  if (chat.state.run === undefined) {
    await chat.spans.step({ step: next(chat.state, undefined), run: undefined }, () => startRun(parts, chat));
    return undefined;
  }
  const definition = await definitionOfRun(parts, chat.state);
  if (definition !== 'missing') chat.workflow = definition;
  await setTimers(parts, chat.chatId, timersOf(chat.state));
  const spent = await ownerBudgetSpent(parts, chat.state);
  let poison: string | undefined;
  await chat.change((state) => {
    const claim = takeoverEvents(state, { worker: parts.worker, ...chat.cutOff });
    const claimed = foldNew(state, claim);
    if (tooManyAttempts(claimed)) poison = `run ${chat.state.run?.runId ?? ''} was claimed too often in a row`;
    const failure = failureOf(claimed, definition === 'missing');
    if (failure === undefined && spent !== undefined) {
      return { events: [...claim, ...overBudgetEvents(claimed, { text: spent, ...chat.cutOff })] };
    }
    if (failure === undefined) return { events: claim };
    return { events: [...claim, ...failureEvents(claimed, { ...failure, ...chat.cutOff })] };
  });
  // What was given back, or rested until somebody answered, nobody has lost.
  if (!unowned) parts.meters.takeover();
  return poison;
}

/** The state as it will be when the events are on the log. */
function foldNew(state: ChatState, events: readonly NewEvent[]): ChatState {
  const { lastAt = '' } = state;
  return events.reduce((folded, event) => evolve(folded, { ...event, seq: folded.lastSeq + 1, at: lastAt }), state);
}

/** The run has failed for good; its ticket is kept for an operator. What waits behind it gets a ticket of its own. */
async function parkRun(parts: OrchestratorParts, { chat, owner }: Claimed, reason: string): Promise<Declined> {
  const { chatId } = chat;
  parts.log.error({ chatId, reason }, 'a run was stopped for good, and its ticket parked');
  await chat.refuse();
  await owner.close();
  if (!isAtRest(chat.state, undefined)) {
    await parts.messaging.tickets.publish({ v: WIRE_VERSION, chatId }, `after-${chatId}-${String(chat.state.lastSeq)}`);
  }
  return { park: reason };
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
