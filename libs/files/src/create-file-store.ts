/**
 * Files over two things: what is written down of them, and their bytes. Invariants (the tests name them):
 * F1 A file is there when its record says so, and that is written last; it is not there when its record says that it
 *    goes, and that is written first. So nobody is ever given half a file, and a failed upload never leaves a record that
 *    promises bytes: what takes them back says so first.
 * F2 A record is only written on top of what was read: a file cannot be taken by a chat and erased at once.
 * F3 Whatever breaks off leaves a record that says so, for the sweep, or for the next upload of that id.
 * F4 Everything is asked for by its owner: nobody finds what is somebody else's.
 * F5 A file that is named by a message which somebody was told is taken is there until its last chat lets go of it: it was
 *    attached before the message was stored and again after. A sweep that asked too early for the message writes on what
 *    it read, so it loses against the second; and one that wrote in between makes the second fail.
 */
import type { Clock, Ids } from '@colloquy/contracts';
import { ownerKey, type FileRecords } from '@colloquy/messaging';
import { countBytes } from './counted-bytes.ts';
import { FileExistsError, FilesFullError, FilesUnavailableError, UnknownFileError } from './errors.ts';
import { isLapsed, lastWanted, storedFile, type FileRecord } from './file-record.ts';
import type {
  BlobStore,
  Bytes,
  FileOwner,
  FileStore,
  LooseFiles,
  OpenFile,
  StoredFile,
  SweepOptions,
  Upload,
} from './ports.ts';
import { RecordBook, type ReadRecord } from './record-book.ts';
import { sweepRecords } from './sweep-records.ts';
import { bytesOf, takeRoom } from './take-room.ts';
import { timelyBytes } from './timely-bytes.ts';
import { unavailable } from './unavailable.ts';
import { UploadLease } from './upload-lease.ts';

/** Pieces of bytes that nobody ever puts together: older than any pause of an upload. */
const PIECES_MS = 10 * 60 * 1000;
/** So long a piece of a file may take to come out of the store. */
const PIECE_MS = 15_000;
/** Who asks for the same file again within so long changes nothing. */
const RENEW_MS = 60_000;

/** What {@link createFileStore} stands on. */
export interface FileStoreParts {
  readonly records: FileRecords;
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** The store of files. */
export function createFileStore(parts: FileStoreParts): FileStore {
  return new RecordedFiles(parts);
}

class RecordedFiles implements FileStore {
  readonly #book: RecordBook;
  readonly #blobs: BlobStore;
  readonly #clock: Clock;
  readonly #ids: Ids;

  constructor({ records, blobs, clock, ids }: FileStoreParts) {
    this.#book = new RecordBook(records, blobs);
    this.#blobs = blobs;
    this.#clock = clock;
    this.#ids = ids;
  }

  async put(upload: Upload): Promise<StoredFile> {
    const { quotaBytes } = upload;
    const parts = { book: this.#book, clock: this.#clock };
    const coming = await this.#announce(upload);
    const lease = new UploadLease(coming, parts);
    try {
      if (quotaBytes !== undefined) await takeRoom(coming, quotaBytes, parts);
      await lease.begin();
      const size = await this.#keepBytes(upload, coming.record.blobId, lease.lost);
      await lease.end();
      const here = await lease.change((record) => this.#arrived(record, { type: upload.type(), size }));
      if (here === undefined) throw new FileExistsError('somebody else has uploaded it');
      return storedFile(here.record);
    } catch (error) {
      await lease.end();
      // What cannot be taken back now the sweep takes.
      const whole = await this.#takeBack(coming).catch(() => undefined);
      if (whole !== undefined) return whole;
      throw error;
    }
  }

  /** Writes down that the file comes; what broke off before under its id is erased first. */
  async #announce({ owner, fileId, name, size, maxBytes }: Upload): Promise<ReadRecord> {
    const key = ownerKey(owner);
    await this.#clear(await this.#book.read(key, fileId));
    const createdAt = new Date(this.#clock.now()).toISOString();
    const record: FileRecord = {
      v: 1,
      fileId,
      name,
      type: 'application/octet-stream',
      size: 0,
      createdAt,
      aliveAt: createdAt,
      reserved: size ?? maxBytes,
      chats: [],
      state: 'coming',
      blobId: this.#ids.uuid(),
    };
    const coming = await this.#book.write({ owner: key, record, revision: 0 });
    if (coming === undefined) throw new FileExistsError('it is coming');
    return coming;
  }

  async #clear(before: ReadRecord | undefined): Promise<void> {
    if (before === undefined) return;
    if (before.record.state === 'here') throw new FileExistsError('there is such a file');
    if (before.record.state === 'coming' && !isLapsed(before.record, this.#clock.now())) {
      throw new FileExistsError('it is coming');
    }
    if (!(await this.#book.take(before))) throw new FileExistsError('it is coming');
  }

  #arrived({ aliveAt: _, reserved: __, admitted: ___, ...record }: FileRecord, is: Pick<FileRecord, 'type' | 'size'>) {
    return { ...record, ...is, state: 'here' } as const;
  }

  /** Gives their number. */
  async #keepBytes({ bytes, size, maxBytes, signal }: Upload, blobId: string, lost: AbortSignal): Promise<number> {
    const given = signal === undefined ? lost : AbortSignal.any([signal, lost]);
    const counted = countBytes(bytes, { maxBytes, signal: given });
    try {
      await this.#blobs.put(blobId, counted.bytes, { size, signal: given });
    } catch (error) {
      if (counted.fault() !== undefined) throw counted.fault();
      if (given.aborted) throw given.reason;
      throw error instanceof FilesFullError ? error : unavailable('the file could not be stored', error);
    }
    return counted.count();
  }

  /**
   * Says that the upload goes, then erases its bytes. Gives the file when it is whole after all: it was the answer to
   * its last writing that was lost.
   */
  async #takeBack({ owner, record: { fileId, blobId } }: ReadRecord): Promise<StoredFile | undefined> {
    const now = await this.#book.change(owner, fileId, (record) =>
      record.blobId === blobId && record.state === 'coming' ? { ...record, state: 'going' } : record,
    );
    // The record is of another upload, which knows nothing of these bytes.
    if (now?.record.blobId !== blobId) await this.#blobs.remove(blobId);
    else if (now.record.state === 'here') return storedFile(now.record);
    else await this.#book.erase(now);
    return undefined;
  }

  async head(owner: FileOwner, fileId: string): Promise<StoredFile | undefined> {
    const found = await this.#book.read(ownerKey(owner), fileId);
    return found?.record.state === 'here' ? storedFile(found.record) : undefined;
  }

  async renew(owner: FileOwner, fileId: string): Promise<StoredFile | undefined> {
    const now = this.#clock.now();
    const found = await this.#book.change(ownerKey(owner), fileId, (record) => {
      if (record.state !== 'here') return undefined;
      if (record.chats.length > 0 || now - lastWanted(record) < RENEW_MS) return record;
      return { ...record, renewedAt: new Date(now).toISOString() };
    });
    return found && storedFile(found.record);
  }

  async open(
    owner: FileOwner,
    fileId: string,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<OpenFile | undefined> {
    const found = await this.#book.read(ownerKey(owner), fileId);
    if (found?.record.state !== 'here') return undefined;
    const ended = new AbortController();
    const either = signal === undefined ? ended.signal : AbortSignal.any([signal, ended.signal]);
    const bytes = await this.#openBytes(found.record.blobId, either);
    return bytes && { file: storedFile(found.record), bytes: this.#given(bytes, ended, signal) };
  }

  async #openBytes(blobId: string, signal: AbortSignal): Promise<Bytes | undefined> {
    try {
      return await this.#blobs.open(blobId, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw unavailable('the file cannot be read', error);
    }
  }

  async *#given(bytes: Bytes, ended: AbortController, signal: AbortSignal | undefined): AsyncGenerator<Uint8Array> {
    const late = (): Error => new FilesUnavailableError('the rest of the file does not come');
    try {
      yield* timelyBytes(bytes, { clock: this.#clock, idleMs: PIECE_MS, late, signal });
    } catch (error) {
      signal?.throwIfAborted();
      throw error instanceof FilesUnavailableError ? error : unavailable('the file cannot be read', error);
    } finally {
      ended.abort();
    }
  }

  async attach(owner: FileOwner, fileIds: readonly string[], chatId: string): Promise<readonly StoredFile[]> {
    const key = ownerKey(owner);
    for (const fileId of fileIds) {
      if ((await this.#book.read(key, fileId))?.record.state !== 'here') throw new UnknownFileError(fileId);
    }
    const attachedAt = new Date(this.#clock.now()).toISOString();
    const files: StoredFile[] = [];
    for (const fileId of fileIds) {
      const now = await this.#book.change(key, fileId, (record) => {
        if (record.state !== 'here') return undefined;
        const { chats, unsure = [] } = record;
        const has = chats.includes(chatId);
        // Its log names the file: no sweep asks any more.
        if (has && !unsure.includes(chatId)) return record;
        return { ...record, attachedAt, ...(has ? {} : { chats: [...chats, chatId], unsure: [...unsure, chatId] }) };
      });
      if (now === undefined) throw new UnknownFileError(fileId);
      files.push(storedFile(now.record));
    }
    return files;
  }

  async release(owner: FileOwner, chatId: string): Promise<number> {
    let gone = 0;
    for await (const { owner: key, record } of this.#book.list(ownerKey(owner))) {
      if (record.chats.includes(chatId)) gone += await this.#without(chatId, key, record.fileId);
    }
    return gone;
  }

  /** The file without that chat; 1 when it went because it has none any more. */
  async #without(chatId: string, owner: string, fileId: string): Promise<number> {
    const now = await this.#book.change(owner, fileId, (record) => {
      if (record.state !== 'here' || !record.chats.includes(chatId)) return undefined;
      const chats = record.chats.filter((each) => each !== chatId);
      const unsure = (record.unsure ?? []).filter((each) => each !== chatId);
      return { ...record, chats, unsure, state: chats.length === 0 ? 'going' : 'here' };
    });
    if (now?.record.state !== 'going') return 0;
    await this.#book.erase(now);
    return 1;
  }

  async remove(owner: FileOwner, fileId: string): Promise<'removed' | 'attached' | 'unknown'> {
    const now = await this.#book.change(ownerKey(owner), fileId, (record) => {
      if (record.state !== 'here') return undefined;
      return record.chats.length > 0 ? record : { ...record, state: 'going' };
    });
    if (now === undefined) return 'unknown';
    if (now.record.state === 'here') return 'attached';
    await this.#book.erase(now);
    return 'removed';
  }

  async loose(owner: FileOwner): Promise<LooseFiles> {
    let [count, bytes] = [0, 0];
    for await (const { record } of this.#book.list(ownerKey(owner))) {
      if (record.state === 'going' || record.chats.length > 0 || isLapsed(record, this.#clock.now())) continue;
      count += 1;
      bytes += bytesOf(record);
    }
    return { count, bytes };
  }

  async sweep(options: SweepOptions): Promise<number> {
    const now = this.#clock.now();
    const gone = await sweepRecords(this.#book, { ...options, now });
    if (options.signal?.aborted === true) return gone;
    return gone + (await this.#blobs.sweep(now - PIECES_MS));
  }

  async ping(): Promise<void> {
    await this.#blobs.ping();
  }

  close(): Promise<void> {
    return this.#blobs.close();
  }
}
