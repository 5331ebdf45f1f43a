import type { FileRecords } from '@colloquy/messaging';
import { FilesUnavailableError } from './errors.ts';
import { parseRecord, type FileRecord } from './file-record.ts';
import type { BlobStore } from './ports.ts';
import { unavailable } from './unavailable.ts';

/** Others write the same record a few times at most. */
const TRIES = 20;

/** A record, and which writing of it was read. */
export interface ReadRecord {
  /** The `ownerKey` of whose file it is. */
  readonly owner: string;
  readonly record: FileRecord;
  readonly revision: number;
}

/** What is written down of files; a record is only written on top of what was read. */
export class RecordBook {
  readonly #records: FileRecords;
  readonly #blobs: Pick<BlobStore, 'remove'>;

  constructor(records: FileRecords, blobs: Pick<BlobStore, 'remove'>) {
    this.#records = records;
    this.#blobs = blobs;
  }

  async read(owner: string, fileId: string): Promise<ReadRecord | undefined> {
    const found = await this.#records.get(owner, fileId);
    return found && { owner, record: parseRecord(found.value), revision: found.revision };
  }

  /** Those of one owner, or all; what was written a moment ago may be missing, or be there as it was before. */
  async *list(owner?: string): AsyncGenerator<ReadRecord> {
    for await (const kept of this.#records.list(owner)) {
      yield { owner: kept.owner, record: parseRecord(kept.value), revision: kept.revision };
    }
  }

  /** Writes `record` where `revision` is, 0 when there is none yet; undefined when somebody else was faster. */
  async write({ owner, record, revision }: ReadRecord): Promise<ReadRecord | undefined> {
    const written = await this.#records.put(owner, record.fileId, { value: JSON.stringify(record), revision });
    return written === undefined ? undefined : { owner, record, revision: written };
  }

  /** Writes what `to` makes of the record, on top of it; undefined when there is none, or `to` will not have it. */
  async change(
    owner: string,
    fileId: string,
    to: (record: FileRecord) => FileRecord | undefined,
  ): Promise<ReadRecord | undefined> {
    for (let attempt = 0; attempt < TRIES; attempt += 1) {
      const read = await this.read(owner, fileId);
      const wanted = read && to(read.record);
      if (read === undefined || wanted === undefined) return undefined;
      if (wanted === read.record) return read;
      const written = await this.write({ ...read, record: wanted });
      if (written !== undefined) return written;
    }
    throw new FilesUnavailableError(`what is written down of file ${fileId} changes all the time`);
  }

  /** Says that the file goes, on top of what was read, and erases it; false when somebody else was faster. */
  async take(read: ReadRecord): Promise<boolean> {
    const going = await this.write({ ...read, record: { ...read.record, state: 'going' } });
    if (going === undefined) return false;
    await this.erase(going);
    return true;
  }

  /** Erases a file whose record says that it goes: the bytes first. */
  async erase({ owner, record, revision }: ReadRecord): Promise<void> {
    await this.#blobs
      .remove(record.blobId)
      .catch((error: unknown) => Promise.reject(unavailable('the file cannot be erased now', error)));
    await this.#records.remove(owner, record.fileId, revision);
  }
}
