import type { ChatEvent, Commit, ForkChatBody } from '@colloquy/contracts';
import { publicEvent, WIRE_VERSION } from '@colloquy/contracts';
import { BrokerRefusedError } from '@colloquy/messaging';
import { ProblemError } from '@colloquy/service';
import { StoreUnavailableError } from '@colloquy/store';
import { recordOfLog } from '@colloquy/transcript';
import { checkBudget } from './check-budget.ts';
import { chatIdOf, commandIdOf } from './command-ids.ts';
import { checkSame, isBegun, publishTicket, type NewChat } from './create-chat.ts';
import { forkEvents } from './fork-events.ts';
import type { Call, GatewayParts, Handler } from './ports.ts';
import { keepFiles } from './keep-files.ts';
import { readBeginning } from './read-beginning.ts';
import { readLife } from './read-life.ts';
import { withinBrokerTime, withinTime } from './within.ts';

/** How much of a chat is held for its fork, in bytes of JSON; copied, folded and encoded it is some times as much. */
const MAX_BYTES = 32 * 1024 * 1024;
const HEADER_MS = 5000;

/**
 * POST /v1/chats/:chatId/fork: puts the new chat on its own log, all of it at once, expecting an empty one; then wakes an
 * orchestrator if something waits for an answer. So there is no half of a fork, and a retry with the same key finds it,
 * whatever has become of the other chat and of the budget meanwhile.
 */
export const forkChat: Handler = async (parts, call) => {
  const parentId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, parentId);
  const wanted = idsOf(parts, call, parentId);
  if (call.key !== undefined && (await isBegun(parts, wanted.chatId))) await goOn(parts, call, wanted);
  else await makeFork(parts, call, { ...wanted, parentId });
  const { chatId, commandId } = wanted;
  return { body: { chatId, commandId } };
};

/** It is there already: its ticket may be what was lost. */
async function goOn(parts: GatewayParts, call: Call, fork: NewChat): Promise<void> {
  await checkSame(parts, call, fork);
  await withinBrokerTime(parts.clock, publishTicket(parts, fork));
}

async function makeFork(parts: GatewayParts, call: Call, fork: NewChat & { parentId: string }): Promise<void> {
  const never = (): Promise<boolean> => Promise.resolve(false);
  if ((call.body as ForkChatBody).message !== undefined) await checkBudget(parts, call.identity, never);
  await parts.forks.take(async () => {
    const events = await eventsOf(parts, call, fork);
    await keepFiles(parts, call.identity, { chatId: fork.chatId, events });
    await withinBrokerTime(parts.clock, begin(parts, call, { ...fork, events }));
    // As with a message: what was swept meanwhile without seeing the fork was swept before this, or never is.
    await keepFiles(parts, call.identity, { chatId: fork.chatId, events });
  });
}

function idsOf(parts: GatewayParts, { identity, key }: Call, parentId: string): NewChat {
  if (key === undefined) return { chatId: parts.ids.uuid(), commandId: parts.ids.uuid() };
  const { userId, tenantId } = identity;
  const chatId = chatIdOf({ tenantId, userId, key: JSON.stringify(['fork', parentId, key]) });
  return { chatId, commandId: commandIdOf({ userId, chatId, key }) };
}

async function eventsOf(parts: GatewayParts, call: Call, of: NewChat & { parentId: string }): Promise<ChatEvent[]> {
  const { atSeq, message } = call.body as ForkChatBody;
  const { parentId, commandId } = of;
  const life = await withinTime(parts.clock, HEADER_MS, readLife(parts, parentId));
  if (life === undefined) throw new StoreUnavailableError(`the header of chat ${parentId} cannot be read in time`);
  if (life.deleted) throw deleted();
  const at = new Date(parts.clock.now()).toISOString();
  const { userId } = call.identity;
  return forkEvents(await beginning(parts, parentId, atSeq), { parentId, atSeq, commandId, userId, at, message });
}

/** The events of a chat up to `atSeq`. @throws ProblemError 400 when it has not so many */
async function beginning(parts: GatewayParts, chatId: string, atSeq: number): Promise<ChatEvent[]> {
  const events = await readBeginning(parts, chatId, { upTo: atSeq, maxBytes: MAX_BYTES });
  if (events.length === atSeq) return events;
  throw new ProblemError({
    status: 400,
    code: 'unknown_event',
    title: 'No such event',
    detail: `The chat has ${String(events.length)} events, so it cannot be forked at event ${String(atSeq)}.`,
    extra: { errors: [{ path: 'body.atSeq', message: 'is beyond the last event of the chat' }] },
  });
}

async function begin(parts: GatewayParts, call: Call, fork: NewChat & { events: readonly ChatEvent[] }): Promise<void> {
  const { chatId, events } = fork;
  const outcome = await parts.messaging.log.restore(chatId, events, 0).catch(orTooLarge);
  if (outcome.kind === 'contested') await goOn(parts, call, fork);
  else if (waits(chatId, events)) await publishTicket(parts, fork);
}

/** True when a message is there that nobody has answered. */
function waits(chatId: string, events: readonly ChatEvent[]): boolean {
  const commit: Commit = { v: WIRE_VERSION, chatId, events: [...events] };
  return recordOfLog([{ epoch: '', streamSeq: 1, commit }], publicEvent)?.status === 'running';
}

function orTooLarge(error: unknown): never {
  if (!(error instanceof BrokerRefusedError)) throw error;
  throw new ProblemError({
    status: 413,
    code: 'chat_too_large',
    title: 'The chat is too large',
    detail: `The log does not take so much at once: ${error.message}. Fork it at an earlier event.`,
  });
}

function deleted(): ProblemError {
  return new ProblemError({
    status: 409,
    code: 'chat_deleted',
    title: 'The chat was deleted',
    detail: 'Restore it before you fork it.',
  });
}
