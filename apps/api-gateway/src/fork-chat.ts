import type { ChatEvent, Commit, ForkChatBody } from '@colloquy/contracts';
import { publicEvent, WIRE_VERSION } from '@colloquy/contracts';
import { BrokerRefusedError } from '@colloquy/messaging';
import { ProblemError } from '@colloquy/service';
import { recordOfLog } from '@colloquy/transcript';
import { checkBudget } from './check-budget.ts';
import { chatIdOf, commandIdOf } from './command-ids.ts';
import { checkSame, isStored, publishTicket, type NewChat } from './create-chat.ts';
import { forkEvents } from './fork-events.ts';
import type { Call, GatewayParts, Handler } from './ports.ts';
import { readRawEvents, readRecord } from './read-chat.ts';
import { withinBrokerTime } from './within.ts';

const PAGE = 1000;

/**
 * POST /v1/chats/:chatId/fork: puts the new chat on its own log, all of it at once, expecting an empty one; then wakes an
 * orchestrator if something waits for an answer. So there is no half of a fork, and a retry with the same key finds it.
 */
export const forkChat: Handler = async (parts, call) => {
  const parentId = call.params['chatId'] ?? '';
  await parts.access.check(call.identity, parentId);
  if ((call.body as ForkChatBody).message !== undefined) await checkBudget(parts, call.identity);
  const wanted = idsOf(parts, call, parentId);
  if (call.key === undefined || !(await isStored(parts, wanted.chatId))) {
    const events = await eventsOf(parts, call, { ...wanted, parentId });
    await withinBrokerTime(parts.clock, begin(parts, call, { ...wanted, events }));
  } else await checkSame(parts, call, wanted);
  const { chatId, commandId } = wanted;
  return { body: { chatId, commandId } };
};

function idsOf(parts: GatewayParts, { identity, key }: Call, parentId: string): NewChat {
  if (key === undefined) return { chatId: parts.ids.uuid(), commandId: parts.ids.uuid() };
  const { userId, tenantId } = identity;
  const chatId = chatIdOf({ tenantId, userId, key: JSON.stringify(['fork', parentId, key]) });
  return { chatId, commandId: commandIdOf({ userId, chatId, key }) };
}

async function eventsOf(parts: GatewayParts, call: Call, of: NewChat & { parentId: string }): Promise<ChatEvent[]> {
  const { atSeq, message } = call.body as ForkChatBody;
  const { parentId, commandId } = of;
  if ((await readRecord(parts, parentId)).deletedAt !== undefined) throw deleted();
  const at = new Date(parts.clock.now()).toISOString();
  const { userId } = call.identity;
  return forkEvents(await beginning(parts, parentId, atSeq), { parentId, atSeq, commandId, userId, at, message });
}

/** The events of a chat up to `atSeq`. @throws ProblemError 400 when it has not so many */
async function beginning(parts: GatewayParts, chatId: string, atSeq: number): Promise<ChatEvent[]> {
  const events: ChatEvent[] = [];
  while (events.length < atSeq) {
    const page = { after: events.length, limit: Math.min(PAGE, atSeq - events.length) };
    const { events: found, more } = await readRawEvents(parts, chatId, page);
    events.push(...found);
    if (!more) break;
  }
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
  if (outcome.kind === 'contested') await checkSame(parts, call, fork);
  if (outcome.kind === 'contested' || waits(chatId, events)) await publishTicket(parts, fork);
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
