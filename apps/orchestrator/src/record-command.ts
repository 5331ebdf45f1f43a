import { evolve, isAtRest, recordCommand as decideCommand, type CutOff } from '@colloquy/engine';
import { FencedError, type CommandDelivery } from '@colloquy/messaging';
import { WIRE_VERSION, type Command, type Span, type WorkflowDefinition } from '@colloquy/contracts';
import { backoffMs } from './backoff-ms.ts';
import { definitionOfRun } from './definition-of-run.ts';
import { fitBatch } from './fit-batch.ts';
import { foldChat, type FoldedChat } from './fold-chat.ts';
import type { OrchestratorParts } from './ports.ts';
import type { RunningChats } from './running-chats.ts';
import { dropTimers, setIfEarly, timersOver } from './set-timers.ts';
import { sortFault } from './sort-fault.ts';
import { traceCommand } from './trace-work.ts';

/** What to do with the delivery. */
type Outcome = 'ack' | { readonly nakMs: number };

const OWNER_TIMEOUT_MS = 1000;
/** A stop, by a person or by the clock, is on the log within a second also when the owner hangs. */
const STOPS: ReadonlySet<Command['kind']> = new Set<Command['kind']>(['cancel', 'deadline']);
const STOP_TIMEOUT_MS = 600;
const APPEND_TRIES = 5;
/** How often a command waits for an owner who may be reconnecting before it is recorded without one. */
const PATIENCE = 3;

/**
 * Records a command: the handler of `command.<chatId>`. It goes to the orchestrator that runs the chat, or into the log
 * by our own hand; it never waits for a run. Never throws.
 */
export async function recordCommand(
  parts: OrchestratorParts,
  chats: RunningChats,
  delivery: CommandDelivery,
): Promise<void> {
  await traceCommand(parts, delivery, (span) => record(parts, chats, { delivery, span }));
}

async function record(
  parts: OrchestratorParts,
  chats: RunningChats,
  { delivery, span }: { delivery: CommandDelivery; span: Span },
): Promise<void> {
  const { chatId, commandId, kind } = delivery.command;
  try {
    const outcome = await outcomeOf(parts, chats, delivery);
    span.set({ 'colloquy.outcome': outcome === 'ack' ? 'ack' : 'nak' });
    if (outcome === 'ack') await delivery.ack();
    else delivery.nak(outcome.nakMs);
  } catch (error) {
    span.fail(error);
    const about = { chatId, commandId, kind, err: error };
    if (sortFault(error) === 'park' && (await park(parts, delivery, about))) return;
    parts.log.warn(about, 'a command could not be recorded now; it is tried again');
    delivery.nak(backoffMs(delivery.deliveryCount));
  }
}

/** Keeps a command that can never be recorded for an operator. False when even that cannot be done now. */
async function park(parts: OrchestratorParts, delivery: CommandDelivery, about: { err: unknown }): Promise<boolean> {
  try {
    await delivery.park(`cannot be recorded: ${String(about.err)}`);
  } catch (error) {
    parts.log.warn({ ...about, err: error }, 'a command could not be parked');
    return false;
  }
  parts.log.error(about, 'a command can never be recorded; it was parked');
  return true;
}

async function outcomeOf(parts: OrchestratorParts, chats: RunningChats, delivery: CommandDelivery): Promise<Outcome> {
  const { command } = delivery;
  const early = await setIfEarly(parts, delivery);
  if (early !== undefined) return early;
  const oldest = await parts.messaging.commands.oldest(command.chatId);
  if (oldest !== undefined && oldest < delivery.streamSeq) return { nakMs: 100 };
  const mine = chats.get(command.chatId);
  if (mine !== undefined) {
    const verdict = await mine.record(command).catch(refusedIfFenced);
    if (verdict === 'refused') return { nakMs: 100 };
    parts.meters.commandRecorded(verdict);
    return 'ack';
  }
  return askOwner(parts, delivery);
}

function refusedIfFenced(error: unknown): 'refused' {
  if (error instanceof FencedError) return 'refused';
  throw error;
}

async function askOwner(parts: OrchestratorParts, delivery: CommandDelivery): Promise<Outcome> {
  const { command } = delivery;
  const timeoutMs = STOPS.has(command.kind) ? STOP_TIMEOUT_MS : OWNER_TIMEOUT_MS;
  const reply = await parts.messaging.owner.ask(command.chatId, { kind: 'command', command }, timeoutMs);
  if (reply === 'no_responders') return recordAlone(parts, delivery, false);
  // A hung owner: a stop does not wait for it, its next append will be fenced off.
  if (reply === 'timeout') return STOPS.has(command.kind) ? recordAlone(parts, delivery, true) : { nakMs: 500 };
  return reply.kind === 'recorded' ? 'ack' : { nakMs: 100 };
}

async function recordAlone(parts: OrchestratorParts, delivery: CommandDelivery, ownerHangs: boolean): Promise<Outcome> {
  for (let tries = 0; tries < APPEND_TRIES; tries++) {
    const outcome = await recordOnce(parts, delivery, ownerHangs);
    if (outcome !== 'fenced') return outcome;
  }
  return { nakMs: 500 };
}

async function recordOnce(
  parts: OrchestratorParts,
  delivery: CommandDelivery,
  ownerHangs: boolean,
): Promise<Outcome | 'fenced'> {
  const { command } = delivery;
  const { chatId, commandId } = command;
  const folded = await foldChat({ log: parts.messaging.log, store: parts.store }, chatId);
  if (folded === undefined) {
    parts.log.warn({ chatId, commandId }, 'a command for a chat that does not exist');
    return 'ack';
  }
  const definition = await definitionOfRun(parts, folded.state);
  const workflow = definition === 'missing' ? undefined : definition;
  if (folded.state.commandIds.has(commandId)) {
    // Recorded before, but its ticket may have been lost: another one, which the duplicate window must not swallow.
    if (!isAtRest(folded.state, workflow)) await wake(parts, command, `-${String(delivery.deliveryCount)}`);
    return 'ack';
  }
  const ownerMayReturn = !folded.unowned && !ownerHangs && !STOPS.has(command.kind);
  if (ownerMayReturn && delivery.deliveryCount <= PATIENCE) return { nakMs: 500 };
  return (await appendCommand(parts, { command, folded, workflow })) ? 'ack' : 'fenced';
}

/** False when somebody else wrote meanwhile: look again. */
async function appendCommand(
  parts: OrchestratorParts,
  of: {
    command: Command;
    folded: FoldedChat;
    workflow: WorkflowDefinition | undefined;
  },
): Promise<boolean> {
  const { command, folded, workflow } = of;
  const cutOff: CutOff = {
    shown: folded.shown.texts,
    estimate: (request, text, model) => parts.effects.estimate(request, text, model),
  };
  const recording = decideCommand(folded.state, workflow, { command, cutOff });
  parts.meters.commandRecorded(recording.verdict);
  if (recording.events.length === 0) return true;
  const appender = parts.messaging.log.open(command.chatId, folded.position);
  try {
    const { events } = await appender.append(fitBatch(command.chatId, { events: recording.events }));
    const after = events.reduce(evolve, folded.state);
    dropTimers(parts, command.chatId, timersOver(folded.state, after));
    if (!isAtRest(after, workflow)) await wake(parts, command, '');
    return true;
  } catch (error) {
    if (error instanceof FencedError) return false;
    throw error;
  }
}

async function wake(parts: OrchestratorParts, command: Command, suffix: string): Promise<void> {
  const { chatId, commandId } = command;
  await parts.messaging.tickets.publish({ v: WIRE_VERSION, chatId, commandId }, `run-${commandId}${suffix}`);
}
