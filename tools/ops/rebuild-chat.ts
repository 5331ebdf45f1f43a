/**
 * Makes a chat's projection anew. Invariants (the tests name them):
 * B1 The log decides; what has aged out of it comes from MongoDB's events. Nothing is written unless both together have
 *    every event from the first on.
 * B2 A live persistence may write at any moment: a document is replaced only as it was read, events before it, and what
 *    is folded from the old document cannot be written any more.
 * B3 An erased chat stays erased.
 */
import { publicEvent, type ChatEvent, type ChatHeader, type ChatRecord, type Clock } from '@colloquy/contracts';
import { DOCUMENT_MESSAGES } from '@colloquy/contracts/constants';
import type { ChatLogReader } from '@colloquy/messaging';
import type { ChatWriter, PlacedEvent } from '@colloquy/store';
import { foldRecord, type PlacedCommit } from '@colloquy/transcript';

/** Events are read and written so many at a time. */
const PAGE = 256;
/** A chat in full stream moves on while it is rebuilt: so often it is begun again. */
const TRIES = 20;

/** What a rebuild works with. */
export interface RebuildParts {
  readonly log: Pick<ChatLogReader, 'epoch' | 'read'>;
  readonly store: ChatWriter;
  readonly clock: Pick<Clock, 'now'>;
}

/** What became of a chat. */
export type Rebuilt =
  | { readonly kind: 'rebuilt'; readonly events: number }
  | { readonly kind: 'erased' }
  /** Nothing of the chat was changed. */
  | { readonly kind: 'fault'; readonly reason: string };

/** The history has a hole, or is not what was asked to be rebuilt. */
class RebuildFault extends Error {
  override readonly name = 'RebuildFault';
}

/**
 * Rebuilds one chat.
 * @param mayShorten - the document may lose events that the log does not have (a log that lost its end)
 * @throws what the log or the store throws when it does not answer
 */
export async function rebuildChat(parts: RebuildParts, chatId: string, mayShorten: boolean): Promise<Rebuilt> {
  try {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const rebuilt = await rebuildOnce(parts, chatId, mayShorten);
      if (rebuilt !== undefined) return rebuilt;
    }
    return { kind: 'fault', reason: `it was written ${TRIES} times meanwhile: try again when it rests` };
  } catch (error) {
    const known = error instanceof Error && ['RebuildFault', 'GapError', 'NotAChatError'].includes(error.name);
    if (!known) throw error;
    return { kind: 'fault', reason: error.message };
  }
}

/** Undefined when somebody else wrote meanwhile. */
async function rebuildOnce(parts: RebuildParts, chatId: string, mayShorten: boolean): Promise<Rebuilt | undefined> {
  const { store } = parts;
  if (await store.isErased(chatId)) {
    await store.erase(chatId);
    return { kind: 'erased' };
  }
  const before = await store.header(chatId);
  const { record, fromLog } = await foldHistory(parts, chatId);
  const { lastSeq } = record;
  const shorter = before !== undefined && before.lastSeq > lastSeq;
  if (shorter && !mayShorten) {
    throw new RebuildFault(
      `its document is at event ${before.lastSeq}, its log ends at ${lastSeq}: rebuild it by its id to let the log decide`,
    );
  }
  await writeEvents(store, record, fromLog);
  if (fromLog.length > 0) await store.dropEvents(chatId, lastSeq);
  const rebuiltAt = nextInstant(parts.clock, before);
  return (await store.replaceChat(before, { ...record, rebuiltAt })) ? { kind: 'rebuilt', events: lastSeq } : undefined;
}

/** Now, and later than the rebuild before: it tells one document from the other. */
function nextInstant(clock: Pick<Clock, 'now'>, before: ChatHeader | undefined): string {
  const last = before?.rebuiltAt === undefined ? 0 : Date.parse(before.rebuiltAt);
  return new Date(Math.max(clock.now(), last + 1)).toISOString();
}

async function foldHistory(
  parts: RebuildParts,
  chatId: string,
): Promise<{ record: ChatRecord; fromLog: readonly PlacedCommit[] }> {
  const epoch = await parts.log.epoch();
  const fromLog = await commitsOnLog(parts.log, chatId, epoch);
  const first = fromLog[0]?.commit.events[0]?.seq ?? Infinity;
  let header: ChatHeader | undefined;
  let messages: readonly ChatEvent[] = [];
  const fold = (commits: readonly PlacedCommit[]): void => {
    const folded = foldRecord(header, commits, publicEvent);
    ({ header } = folded);
    messages = [...messages, ...folded.push].slice(-DOCUMENT_MESSAGES);
  };
  for await (const events of agedOut(parts.store, chatId, first)) {
    fold([{ epoch, streamSeq: 0, commit: { v: 1, chatId, events } }]);
  }
  fold(fromLog);
  if (header === undefined) throw new RebuildFault('neither the log nor MongoDB has an event of it');
  return { record: { ...header, messages }, fromLog };
}

/** MongoDB's events before `first`, in pages. */
async function* agedOut(store: ChatWriter, chatId: string, first: number): AsyncGenerator<ChatEvent[]> {
  for (let after = 0; after + 1 < first;) {
    const page = await store.events(chatId, { after, limit: PAGE });
    const older = page.filter(({ seq }) => seq < first);
    if (older.length > 0) yield older;
    if (older.length < PAGE) return;
    after = older.at(-1)?.seq ?? first;
  }
}

async function commitsOnLog(log: RebuildParts['log'], chatId: string, epoch: string): Promise<readonly PlacedCommit[]> {
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of log.read(chatId, { after: 0, complete: true })) {
    const { deltas: _deltas, ...rest } = commit;
    if (commit.events.length > 0) commits.push({ epoch, streamSeq, commit: rest });
  }
  return commits;
}

/** Puts the log's events into MongoDB, over others that are in their places. */
async function writeEvents(store: ChatWriter, record: ChatRecord, commits: readonly PlacedCommit[]): Promise<void> {
  const { chatId, ownerId, tenantId } = record;
  const owner = tenantId === undefined ? { ownerId } : { ownerId, tenantId };
  const events = commits.flatMap(({ epoch, streamSeq, commit }) =>
    commit.events.map((event): PlacedEvent => ({ event, chatId, ...owner, epoch, streamSeq })),
  );
  for (let at = 0; at < events.length; at += PAGE) {
    const { conflicts } = await store.insertEvents(events.slice(at, at + PAGE));
    await store.replaceEvents(conflicts);
  }
}
