/**
 * The projection of one chat. Invariants:
 * 1. Events are inserted before the document moves on, and both are majority-committed before `done` is said.
 * 2. A document is written only onto the `lastSeq` that it was folded from; whoever loses a race reads and folds again.
 * 3. Nothing is skipped: a hole is filled from the log, or from the events, before what follows it.
 * So duplicates, reordering and races all end in the same document.
 */
import { publicEvent, type ChatEvent, type ChatHeader } from '@colloquy/contracts';
import type { PlacedEvent } from '@colloquy/store';
import { foldRecord, GapError, type PlacedCommit } from '@colloquy/transcript';
import { fillGap, type Filling } from './fill-gap.ts';
import type { ProjectionParts } from './ports.ts';
import { publishRow } from './publish-row.ts';

/** What became of the commits: in MongoDB (or of an erased chat), or never to be, for this reason. */
export type Projected = { readonly kind: 'done' } | { readonly kind: 'park'; readonly reason: string };

const DONE: Projected = { kind: 'done' };

interface Known {
  readonly header: ChatHeader | undefined;
  /** True when it was read just now: what it lacks, MongoDB lacks. */
  readonly fresh: boolean;
}

/**
 * Brings commits of one chat into MongoDB, in whatever order and how often they come.
 * @throws what the store or the log throws when it cannot answer: try again; NotAChatError and StoreRefusedError: never
 */
export async function projectChat(
  parts: ProjectionParts,
  chatId: string,
  commits: readonly PlacedCommit[],
): Promise<Projected> {
  const lastSeq = Math.max(0, ...commits.flatMap(({ commit }) => commit.events.at(-1)?.seq ?? 0));
  if (lastSeq === 0) return DONE;
  let known: Known = { header: parts.headers.get(chatId), fresh: false };
  for (;;) {
    known = known.header === undefined && !known.fresh ? await readHeader(parts, chatId) : known;
    if (known.header === undefined && (await parts.store.isErased(chatId))) return forget(parts, chatId, commits);
    const step = await projectOnto(parts, known, { chatId, commits, lastSeq });
    if (step.kind !== 'again') return step;
    known = step.known;
  }
}

/** MongoDB has what is looked for, the commits must wait no longer, or there is more to do with what is known now. */
type Step = Projected | { readonly kind: 'again'; readonly known: Known };

const readAgain: Step = { kind: 'again', known: { header: undefined, fresh: false } };

interface Batch {
  readonly chatId: string;
  readonly commits: readonly PlacedCommit[];
  readonly lastSeq: number;
}

async function projectOnto(parts: ProjectionParts, { header, fresh }: Known, batch: Batch): Promise<Step> {
  if (header !== undefined && header.lastSeq >= batch.lastSeq) {
    return fresh ? repeated(parts, header, batch) : readAgain;
  }
  const folded = foldOnto(header, { commits: batch.commits, from: 'log' });
  if (folded !== undefined) return write(parts, batch, folded);
  if (!fresh) return readAgain;
  const { log } = parts.messaging;
  const filling = await fillGap({ log, store: parts.store }, batch.chatId, header);
  const filled = filling && foldOnto(header, filling);
  if (filled === undefined) {
    const reason = `event ${(header?.lastSeq ?? 0) + 1} is neither on the log nor in MongoDB`;
    return park(parts, batch.chatId, reason);
  }
  parts.meters.filled();
  return write(parts, batch, filled);
}

async function readHeader({ store }: ProjectionParts, chatId: string): Promise<Known> {
  return { header: await store.header(chatId), fresh: true };
}

interface Folded {
  readonly before: number;
  readonly header: ChatHeader;
  readonly push: readonly ChatEvent[];
  readonly filling: Filling;
}

/** Undefined when there is a hole between the header and the commits. */
function foldOnto(before: ChatHeader | undefined, filling: Filling): Folded | undefined {
  try {
    const { header, push } = foldRecord(before, filling.commits, publicEvent);
    return header && { before: before?.lastSeq ?? 0, header, push, filling };
  } catch (error) {
    if (error instanceof GapError) return undefined;
    throw error;
  }
}

async function write(parts: ProjectionParts, batch: Batch, folded: Folded): Promise<Step> {
  const { before, header, push, filling } = folded;
  const conflict = filling.from === 'log' ? await insert(parts, header, filling.commits) : undefined;
  if (conflict !== undefined) return park(parts, batch.chatId, conflict);
  if (!(await parts.store.updateChat(batch.chatId, before, { header, push }))) {
    parts.headers.delete(batch.chatId);
    return readAgain;
  }
  parts.headers.set(header);
  publishRow(parts.messaging.live, header);
  parts.meters.written(Math.max(0, parts.clock.now() - Date.parse(header.updatedAt)));
  return header.lastSeq >= batch.lastSeq ? DONE : { kind: 'again', known: { header, fresh: true } };
}

/** All was there before; its row may have been lost with whoever wrote it. */
async function repeated(parts: ProjectionParts, header: ChatHeader, batch: Batch): Promise<Projected> {
  const conflict = await insert(parts, header, batch.commits);
  if (conflict !== undefined) return park(parts, batch.chatId, conflict);
  parts.headers.set(header);
  publishRow(parts.messaging.live, header);
  return DONE;
}

/** Says what is wrong when another commit's event is in the place of one of these. */
async function insert(
  { store }: ProjectionParts,
  { chatId, ownerId, tenantId }: ChatHeader,
  commits: readonly PlacedCommit[],
): Promise<string | undefined> {
  const owner = tenantId === undefined ? { ownerId } : { ownerId, tenantId };
  const events = commits.flatMap(({ epoch, streamSeq, commit }) =>
    commit.events.map((event): PlacedEvent => ({ event, chatId, ...owner, epoch, streamSeq })),
  );
  const { conflicts } = await store.insertEvents(events);
  const [first] = conflicts;
  return first && `the place of event ${first.event.seq} (stream sequence ${first.streamSeq}) is taken by another one`;
}

async function park(parts: ProjectionParts, chatId: string, reason: string): Promise<Projected> {
  parts.headers.delete(chatId);
  await parts.store.markConflict(chatId, reason);
  return { kind: 'park', reason };
}

/** The chat is gone for good; what was written while it went goes too, from the log as from MongoDB. */
async function forget(parts: ProjectionParts, chatId: string, commits: readonly PlacedCommit[]): Promise<Projected> {
  const { messaging, store, headers } = parts;
  headers.delete(chatId);
  // The log last: when this breaks off, the commits come again.
  await store.erase(chatId);
  await messaging.log.erase(chatId, Math.max(...commits.map(({ streamSeq }) => streamSeq)));
  return DONE;
}
