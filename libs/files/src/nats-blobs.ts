/**
 * Bytes in a NATS object store. It has a connection of its own: the bytes of a large file must not stand before the
 * commits of chats.
 */
import { FILES_BUCKET } from '@colloquy/contracts';
import { connectNats, type NatsAddress } from '@colloquy/messaging';
import { JetStreamApiCodes, JetStreamApiError, jetstreamManager, type JetStreamManager } from '@nats-io/jetstream';
import { Objm, type ObjectStore } from '@nats-io/obj';
import type { NatsConnection } from '@nats-io/transport-node';
import { FilesFullError, FilesUnavailableError } from './errors.ts';
import type { BlobStore, Bytes } from './ports.ts';
import { readPieces } from './read-pieces.ts';

const STREAM = `OBJ_${FILES_BUCKET}`;
const TIMEOUT_MS = 5000;

/** Opens the store; the bucket is made by the provision step, and asked for when it is needed. @throws as `connectNats` does */
export async function connectNatsBlobs(address: NatsAddress): Promise<BlobStore> {
  const connection = await connectNats(address);
  return new NatsBlobs(connection, await jetstreamManager(connection, { timeout: TIMEOUT_MS, checkAPI: false }));
}

class NatsBlobs implements BlobStore {
  readonly #connection: NatsConnection;
  readonly #jsm: JetStreamManager;
  #store: Promise<ObjectStore> | undefined;

  constructor(connection: NatsConnection, jsm: JetStreamManager) {
    this.#connection = connection;
    this.#jsm = jsm;
  }

  async put(blobId: string, bytes: Bytes): Promise<void> {
    const store = await this.#open();
    try {
      await store.put({ name: blobId }, streamOf(bytes), { timeout: TIMEOUT_MS });
    } catch (error) {
      throw isFull(error) ? new FilesFullError(`the bucket ${FILES_BUCKET} has no room`, { cause: error }) : error;
    }
  }

  async open(blobId: string): Promise<Bytes | undefined> {
    const store = await this.#open();
    const info = await store.info(blobId);
    if (info === null || info.deleted) return undefined;
    const { nuid, size, digest } = info;
    return readPieces(this.#jsm, { stream: STREAM, subject: `$O.${FILES_BUCKET}.C.${nuid}`, size, digest });
  }

  async remove(blobId: string): Promise<void> {
    const store = await this.#open();
    const info = await store.info(blobId);
    if (info === null) return;
    await this.#jsm.streams.purge(STREAM, { filter: `$O.${FILES_BUCKET}.C.${info.nuid}` });
    // No mark of a deleted object is left either: an id is used once.
    await this.#jsm.streams.purge(STREAM, { filter: metaSubject(blobId) });
  }

  /** Pieces whose end was never written: the process that wrote them died. */
  async sweep(before: number): Promise<number> {
    const store = await this.#open();
    const pieces = `$O.${FILES_BUCKET}.C.`;
    const { state } = await this.#jsm.streams.info(STREAM, { subjects_filter: `${pieces}>` });
    const whole = new Set((await store.list()).map(({ nuid }) => `${pieces}${nuid}`));
    let gone = 0;
    for (const subject of Object.keys(state.subjects ?? {}).filter((each) => !whole.has(each))) {
      const last = await this.#jsm.streams.getMessage(STREAM, { last_by_subj: subject });
      if (last === null || last.time.getTime() >= before) continue;
      await this.#jsm.streams.purge(STREAM, { filter: subject });
      gone += 1;
    }
    return gone;
  }

  async ping(): Promise<void> {
    await this.#jsm.streams.info(STREAM);
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  #open(): Promise<ObjectStore> {
    this.#store ??= new Objm(this.#connection).open(FILES_BUCKET).catch((error: unknown) => {
      this.#store = undefined;
      throw isMissing(error)
        ? new FilesUnavailableError('there is no bucket for files: run the provision step first', { cause: error })
        : error;
    });
    return this.#store;
  }
}

const isMissing = (error: unknown): boolean =>
  error instanceof JetStreamApiError && error.code === JetStreamApiCodes.StreamNotFound;

/** The server, the cluster or the account has no storage left. */
const NO_STORAGE = new Set([10002, 10023, 10047]);
/** What the stream's own limits answer, in these words when it has its `max_bytes`. */
const STORE_FAILED = 10077;

const isFull = (error: unknown): boolean =>
  error instanceof JetStreamApiError &&
  (NO_STORAGE.has(error.code) || (error.code === STORE_FAILED && error.message.includes('maximum bytes')));

function metaSubject(blobId: string): string {
  return `$O.${FILES_BUCKET}.M.${Buffer.from(blobId).toString('base64url')}`;
}

/** As a stream; who ends it early ends the reading too. */
function streamOf(bytes: Bytes): ReadableStream<Uint8Array> {
  const from = bytes[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const next = await from.next();
      if (next.done === true) controller.close();
      else controller.enqueue(next.value);
    },
    async cancel() {
      await from.return?.();
    },
  });
}
