/**
 * Reads of one chat: the store as far as it has got, the log beyond. Invariants (tests name them):
 * R1  What was accepted can be read at once, whether persistence has it or not, and however far a replica lags.
 * R2  A page has no hole; one that cannot be filled is refused, never cut short as if it were the last.
 * R3  Private fields stay inside.
 * R4  While the log has no leader, the events of a chat that is stored are read from the store and a replica: what was
 *     accepted a moment ago may be missing from the last page until there is one.
 */
import { DOCUMENT_MESSAGES, publicEvent, type ChatEvent, type ChatHeader, type ChatRecord } from '@colloquy/contracts';
import { ChatNotFoundError } from '@colloquy/access';
import { BrokerUnavailableError } from '@colloquy/messaging';
import { StoreUnavailableError } from '@colloquy/store';
import { foldRecord, recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import type { GatewayParts } from './ports.ts';

/**
 * A chat's record: from the store, or, before persistence has it or while the database is down, a fold of its log.
 * @throws ChatNotFoundError when neither has it
 * @throws StoreUnavailableError when its beginning has left the log and the store cannot give it
 */
export async function readRecord(parts: GatewayParts, chatId: string): Promise<ChatRecord> {
  const stored = await orError(parts.store.chat(chatId));
  if (stored.value) return stored.value;
  const commits = await eventCommits(parts, chatId);
  const oldest = commits[0]?.commit.events[0];
  const folded = oldest?.seq === 1 ? recordOfLog(commits, publicEvent) : undefined;
  if (folded) return folded;
  if (stored.error) throw stored.error;
  if (oldest)
    throw new StoreUnavailableError(`the beginning of chat ${chatId} has left the log, and is not stored yet`);
  throw new ChatNotFoundError(chatId);
}

/**
 * The same up to the end of the log, for those who have no socket by which they would catch up: what was taken back a moment
 * ago is not to be seen, however far the store lags.
 * @throws BrokerUnavailableError when the log cannot be asked
 */
export async function readNewestRecord(parts: GatewayParts, chatId: string): Promise<ChatRecord> {
  const record = await readRecord(parts, chatId);
  const after = record.position.epoch === (await epochOf(parts)) ? record.position.streamSeq : 0;
  const newer = await eventCommits(parts, chatId, after);
  const { header, push } = foldRecord(record, newer, publicEvent);
  return header === undefined
    ? record
    : { ...header, messages: [...record.messages, ...push].slice(-DOCUMENT_MESSAGES) };
}

/** The log without its deltas, which are nothing to a document. */
async function eventCommits(parts: GatewayParts, chatId: string, after = 0): Promise<PlacedCommit[]> {
  const { log } = parts.messaging;
  const epoch = await log.epoch();
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of log.read(chatId, { after, complete: true })) {
    const { deltas: _deltas, ...events } = commit;
    if (commit.events.length > 0) commits.push({ epoch, streamSeq, commit: events });
  }
  return commits;
}

/** Which events of a chat. */
interface RawPage {
  readonly after: number;
  readonly limit: number;
  /** Told of each event as it is read; what it throws ends the reading. */
  readonly onEvent?: (event: ChatEvent) => void;
}

/** A page of a chat's events. */
export interface EventsPage {
  readonly events: ChatEvent[];
  /** True when the page is full, so that there may be another one. */
  readonly more: boolean;
}

/**
 * Events of a chat after `after`, in order, public fields only: from the store as far as it has them, the rest from
 * the log, so that what was said a moment ago is there too.
 * @throws StoreUnavailableError when events are missing that only the store can have
 */
export async function readEvents(
  parts: GatewayParts,
  chatId: string,
  page: { after: number; limit: number },
): Promise<EventsPage> {
  const { events, more } = await readRawEvents(parts, chatId, page);
  return { events: events.map(publicEvent), more };
}

/** The same with their private fields, for what stays inside; and how many of them the store has. */
export async function readRawEvents(
  parts: GatewayParts,
  chatId: string,
  page: RawPage,
): Promise<EventsPage & { readonly stored: number }> {
  const { after, limit, onEvent } = page;
  const stored = await orError(parts.store.events(chatId, { after, limit }));
  const events = contiguous(stored.value ?? [], after);
  if (onEvent !== undefined) events.forEach(onEvent);
  const count = events.length;
  if (count < limit) {
    const { from, known } = stored.error ? UNKNOWN : await storedUpTo(parts, chatId, events.at(-1)?.seq ?? after);
    await addFromLog(parts, chatId, { page, events, from, known: known || count > 0, error: stored.error });
  }
  return { events, stored: count, more: events.length === limit };
}

interface Filling {
  readonly page: RawPage;
  readonly events: ChatEvent[];
  readonly from: number;
  readonly error: Error | undefined;
  /** The store has something of the chat. */
  readonly known: boolean;
}

async function addFromLog(parts: GatewayParts, chatId: string, to: Filling): Promise<void> {
  try {
    await addRead(parts, chatId, { ...to, complete: true });
  } catch (error) {
    if (!(error instanceof BrokerUnavailableError) || !to.known) throw error;
    await addRead(parts, chatId, { ...to, complete: false });
  }
}

async function addRead(parts: GatewayParts, chatId: string, to: Filling & { complete: boolean }): Promise<void> {
  const { page, events, error, from, complete } = to;
  let found = false;
  for await (const { commit } of parts.messaging.log.read(chatId, { after: from, complete })) {
    found ||= commit.events.length > 0;
    if (!addNext(events, commit.events, page)) throw error ?? new StoreUnavailableError(`chat ${chatId} has a hole`);
    if (events.length === page.limit) return;
  }
  // Nothing is on the log any more, so whether this is all only the store could say.
  if (error && !found) throw error;
}

/** Adds what follows, up to the page's limit; false when something is missing before it. */
function addNext(to: ChatEvent[], from: readonly ChatEvent[], page: RawPage): boolean {
  for (const event of from) {
    const next = (to.at(-1)?.seq ?? page.after) + 1;
    if (event.seq > next) return to.length === page.limit;
    if (event.seq !== next || to.length >= page.limit) continue;
    page.onEvent?.(event);
    to.push(event);
  }
  return true;
}

const UNKNOWN = { from: 0, known: false };

/** From which stream sequence the log goes on after event `seq`, if the store knows; else its beginning. */
async function storedUpTo(
  parts: GatewayParts,
  chatId: string,
  seq: number,
): Promise<{ readonly from: number; readonly known: boolean }> {
  const { value } = await orError<ChatHeader | undefined>(parts.store.header(chatId));
  if (!value) return UNKNOWN;
  const { position } = value;
  const same = position.eventSeq <= seq && position.epoch === (await epochOf(parts));
  return { from: same ? position.streamSeq : 0, known: true };
}

/** The epoch of the log; undefined while the broker cannot say: the log is then read from its beginning. */
export async function epochOf({ messaging }: GatewayParts): Promise<string | undefined> {
  try {
    return await messaging.log.epoch();
  } catch (error) {
    if (error instanceof BrokerUnavailableError) return undefined;
    throw error;
  }
}

/** What the store gives, or that it does not answer. */
export async function orError<T>(reading: Promise<T>): Promise<{ value?: T; error?: StoreUnavailableError }> {
  try {
    return { value: await reading };
  } catch (error) {
    if (error instanceof StoreUnavailableError) return { error };
    throw error;
  }
}

/** What of `events` follows `after` without a hole: inserts of one batch may become visible out of order. */
function contiguous(events: readonly ChatEvent[], after: number): ChatEvent[] {
  const hole = events.findIndex((event, index) => event.seq !== after + 1 + index);
  return hole === -1 ? [...events] : events.slice(0, hole);
}
