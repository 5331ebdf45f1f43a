/**
 * Whether an owner's quota has room for one more file. The sum is computed from the records, so nothing can drift from
 * what is kept, and a crash leaves nothing to repair but an upload, which lapses.
 *
 * Invariants, with any number of gateways at once:
 * Q1 What comes is written down with what it may have _before_ the sum is made; and the sum counts only once it has seen
 *    that very record. Replicas have records in the order of their revisions, so it has then seen all that was written
 *    before it.
 * Q2 Of what is not admitted yet, an upload counts what was written down before it, and nothing after it, which counts
 *    it in its turn. So two never both pass where one has room, and the first of several is not refused for the later.
 */
import type { Clock } from '@colloquy/contracts';
import { FilesQuotaError, FilesUnavailableError } from './errors.ts';
import { isLapsed, type FileRecord } from './file-record.ts';
import type { ReadRecord, RecordBook } from './record-book.ts';

/** A replica that lags, and those before us, are asked again after so long. */
const AGAIN_MS = 25;
/** Who is before us decides in milliseconds; who does not by then has died, and we do not wait until it lapses. */
const DECIDE_MS = 2000;

/** Bytes of an owner, without those of the upload itself. */
interface Sums {
  /** Kept, or let in. */
  readonly used: number;
  /** What asks for room before it. */
  readonly before: number;
}

/** Waits until it is known whether there is room for what comes. @throws FilesQuotaError when there is none */
export async function takeRoom(
  coming: ReadRecord,
  limit: number,
  { book, clock }: { readonly book: RecordBook; readonly clock: Clock },
): Promise<void> {
  const wanted = bytesOf(coming.record);
  const deadline = clock.monotonic() + DECIDE_MS;
  for (;;) {
    const sums = await sumOf(coming, { book, now: clock.now() });
    const isOver = clock.monotonic() >= deadline;
    if (sums !== undefined) {
      const { used, before } = sums;
      if (used + before + wanted <= limit) return;
      if (used + wanted > limit || isOver) throw new FilesQuotaError({ used, limit });
    } else if (isOver) {
      throw new FilesUnavailableError('what is written down of files cannot be read in time');
    }
    await clock.sleep(AGAIN_MS);
  }
}

/** Undefined when the list does not show the upload itself. */
async function sumOf(
  coming: ReadRecord,
  { book, now }: { readonly book: RecordBook; readonly now: number },
): Promise<Sums | undefined> {
  const { record: own, revision, owner } = coming;
  // What is written anew while it is read comes twice: the later counts.
  const records = new Map<string, ReadRecord>();
  for await (const read of book.list(owner)) records.set(read.record.fileId, read);
  const seen = records.get(own.fileId);
  if (seen === undefined || seen.revision < revision) return undefined;
  records.delete(own.fileId);
  let [used, before] = [0, 0];
  for (const other of records.values()) {
    if (isLapsed(other.record, now) || other.record.state === 'going') continue;
    if (other.record.state === 'here' || other.record.admitted === true) used += bytesOf(other.record);
    else if (other.revision < revision) before += bytesOf(other.record);
  }
  return { used, before };
}

/** What a file has, or may come to have. */
export function bytesOf({ state, size, reserved = 0 }: FileRecord): number {
  return state === 'coming' ? reserved : size;
}
