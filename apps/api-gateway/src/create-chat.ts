import { MAX_COMMIT_BYTES, uuidV7Time, WIRE_VERSION, type CreateChatBody, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG, batchFits, FencedError, type ChatAppender } from '@colloquy/messaging';
import { ProblemError } from '@colloquy/service';
import { StoreUnavailableError } from '@colloquy/store';
import { checkBudget } from './check-budget.ts';
import { chatIdOf, commandIdOf } from './command-ids.ts';
import type { Call, GatewayParts, Handler } from './ports.ts';
import { confirmFiles, takeFiles, type WithFiles } from './take-files.ts';
import { withinBrokerTime, withinTime } from './within.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long the store is asked for a chat, in ms: it answers in milliseconds or is in trouble. */
const STORE_MS = 1000;

/** A chat that is to begin, and the command that begins it. */
export interface NewChat {
  readonly chatId: string;
  readonly commandId: string;
}

interface Wanted extends NewChat {
  readonly body: CreateChatBody;
}

/** What its first commit is made with. */
interface Beginning {
  readonly files: WithFiles;
  readonly writer: ChatAppender;
}

/**
 * POST /v1/chats: appends the chat's first commit itself, expecting an empty log, then publishes the ticket, then
 * answers. Refused by the log, the first commit there decides: the same user and command is the same answer.
 */
export const createChat: Handler = async (parts, call) => {
  const body = call.body as CreateChatBody;
  checkWorkflow(parts, body.workflow);
  const wanted = { ...idsOf(parts, call, body), body };
  // An id that the client chose may be that of a chat which has aged out of the log: it is not begun again.
  const fresh = body.id === undefined && call.key === undefined;
  const begun = !fresh && (await isBegun(parts, wanted.chatId));
  await checkBudget(parts, call.identity, () => Promise.resolve(begun));
  if (begun) await goOn(parts, call, wanted);
  else await begin(parts, call, wanted);
  const { chatId, commandId } = wanted;
  await confirmFiles(parts, call.identity, { chatId, fileIds: body.attachments });
  return { body: { chatId, commandId } };
};

/** It is there already: its ticket may be what was lost. It takes no files that may be for somebody else's chat. */
async function goOn(parts: GatewayParts, call: Call, wanted: NewChat): Promise<void> {
  const work = async (): Promise<void> => {
    await checkSame(parts, call, wanted);
    await publishTicket(parts, wanted);
  };
  await withinBrokerTime(parts.clock, work());
}

async function begin(parts: GatewayParts, call: Call, wanted: Wanted): Promise<void> {
  const { chatId, body } = wanted;
  const files = await takeFiles(parts, call.identity, { chatId, fileIds: body.attachments });
  const writer = parts.messaging.log.open(chatId, EMPTY_LOG);
  const work = async (): Promise<void> => {
    await appendFirst(parts, call, { ...wanted, files, writer });
    await publishTicket(parts, wanted);
  };
  await withinBrokerTime(parts.clock, work(), () => writer.abandon());
}

/** Wakes an orchestrator for a new chat; a spare ticket is harmless. */
export function publishTicket(parts: GatewayParts, { chatId, commandId }: NewChat): Promise<void> {
  return parts.messaging.tickets.publish({ v: WIRE_VERSION, chatId, commandId }, `run-${commandId}`);
}

function checkWorkflow(parts: GatewayParts, name: string): void {
  if (parts.workflows.find(name)) return;
  const known = parts.workflows.list().map((card) => card.name);
  throw new ProblemError({
    status: 400,
    code: 'unknown_workflow',
    title: 'No such workflow',
    detail: `There is no workflow "${name}". There are: ${known.join(', ') || 'none; set WORKFLOWS_DIR'}.`,
    extra: { errors: [{ path: 'body.workflow', message: 'is not the name of a workflow' }] },
  });
}

function idsOf(parts: GatewayParts, call: Call, body: CreateChatBody): { chatId: string; commandId: string } {
  const { userId, tenantId } = call.identity;
  const derived = call.key === undefined ? undefined : chatIdOf({ tenantId, userId, key: call.key });
  const chatId = body.id ?? derived ?? parts.ids.uuid();
  if (body.id !== undefined) checkMinted(parts, body.id);
  // A minted chatId is a key of its own: a retry that carries nothing else is still the same command.
  const key = call.key ?? (body.id === undefined ? undefined : 'create');
  return { chatId, commandId: key === undefined ? parts.ids.uuid() : commandIdOf({ userId, chatId, key }) };
}

function checkMinted(parts: GatewayParts, chatId: string): void {
  const minted = uuidV7Time(chatId);
  const now = parts.clock.now();
  if (minted !== undefined && minted > now - DAY_MS && minted < now + DAY_MS) return;
  throw new ProblemError({
    status: 400,
    code: 'invalid_chat_id',
    title: 'The id cannot be used',
    detail: 'The id of a new chat must be a UUIDv7 that is at most a day old. Leave it away to get one.',
  });
}

/**
 * Whether the store knows the chat: by its document, by its events (a rebuild drops documents for a while), or by the
 * tombstone of one that was erased.
 *
 * A store that is down or silent holds nobody up: then the log decides alone, since chats begin without the database.
 * - The id that a client minted is a day old at most: the log cannot have aged its chat out.
 * - What was erased may be begun again, by a request that is sent again after its chat was deleted. It does not come
 *   back: persistence knows the tombstone and erases what was begun.
 * - The id of an Idempotency-Key may be that of a chat which has aged out. Who sends a key again a month later, and just
 *   then, gets a second beginning on the log; what is stored stays as it is, and a conflict is noted. The other choice, a
 *   503 for every chat that is begun with a key while the database is away, is the greater harm.
 */
export async function isStored({ store, clock }: GatewayParts, chatId: string): Promise<boolean> {
  const asked = Promise.all([
    store.header(chatId),
    store.events(chatId, { after: 0, limit: 1 }),
    store.isErased(chatId),
  ]);
  try {
    const [header, events, erased] = (await withinTime(clock, STORE_MS, asked)) ?? [undefined, [], false];
    return header !== undefined || events.length > 0 || erased;
  } catch (error) {
    if (error instanceof StoreUnavailableError) return false;
    throw error;
  }
}

/** Whether the log or the store has something of the chat. @throws ProblemError 503 when the log does not answer */
export async function isBegun(parts: GatewayParts, chatId: string): Promise<boolean> {
  const last = await withinBrokerTime(parts.clock, parts.messaging.log.last(chatId));
  return last !== undefined || isStored(parts, chatId);
}

async function appendFirst(parts: GatewayParts, call: Call, wanted: Wanted & Beginning): Promise<void> {
  const { commandId, body, files, writer } = wanted;
  const { userId, tenantId } = call.identity;
  const created: NewEvent = {
    type: 'chat_created',
    commandId,
    ownerId: userId,
    ...(tenantId === undefined ? {} : { tenantId }),
    workflow: body.workflow,
    variables: body.variables ?? {},
  };
  const said = { messageId: commandId, text: body.message, ...files, by: userId };
  const message: NewEvent = { type: 'user_message', commandId, ...said };
  const events = [created, ...importedEvents(wanted), message];
  if (!batchFits(wanted.chatId, { events })) throw tooLarge();
  try {
    await writer.append({ events });
  } catch (error) {
    if (!(error instanceof FencedError)) throw error;
    await checkSame(parts, call, wanted);
  }
}

/** Their ids follow from the command: who sends it again says the same. */
function importedEvents({ commandId, body: { history = [] } }: Wanted): NewEvent[] {
  return history.map(({ role, name, text }, index) => {
    const messageId = `${commandId.slice(0, 56)}-h${String(index)}`;
    return { type: 'message_imported', commandId, messageId, role, text, ...(name === undefined ? {} : { name }) };
  });
}

/** Each part is within its limit of characters, but together their bytes are more than one commit may have. */
function tooLarge(): ProblemError {
  const limit = `${String(MAX_COMMIT_BYTES / 1024)} KiB`;
  return new ProblemError({
    status: 413,
    code: 'message_too_large',
    title: 'The message is too large',
    detail: `The message, the history and the variables together may take ${limit} as JSON. Send less, or send it in several messages.`,
  });
}

/** The chat is there already: fine when this very request has made it. @throws ProblemError 409 when not */
export async function checkSame(parts: GatewayParts, call: Call, wanted: NewChat): Promise<void> {
  const [first] = await firstEvents(parts, wanted.chatId);
  const same =
    first?.type === 'chat_created' && first.ownerId === call.identity.userId && first.commandId === wanted.commandId;
  if (same) return;
  throw new ProblemError({
    status: 409,
    code: 'chat_exists',
    title: 'The id is taken',
    detail: 'There is a chat with this id, made by another request. Mint another id, or leave it away.',
  });
}

async function firstEvents(parts: GatewayParts, chatId: string) {
  for await (const { commit } of parts.messaging.log.read(chatId, { after: 0, complete: true })) {
    if (commit.events[0]?.seq === 1) return commit.events;
    break;
  }
  return parts.store.events(chatId, { after: 0, limit: 1 });
}
