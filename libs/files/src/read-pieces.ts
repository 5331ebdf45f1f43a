import { createHash } from 'node:crypto';
import type { JetStreamManager, StoredMsg } from '@nats-io/jetstream';

/** So many pieces are asked for at once, of 128 KiB each: what a reader holds of a file, however slowly it reads. */
const AT_ONCE = 4;
const NOTHING_FOUND = 404;

/** An object of an object store, as it is written down there. */
export interface ObjectPieces {
  readonly stream: string;
  /** Of its pieces. */
  readonly subject: string;
  readonly size: number;
  /** As the store writes it: `SHA-256=` and Base64url. */
  readonly digest: string;
}

/**
 * The pieces of an object, asked for as they are read. Nothing is ever sent that nobody has asked for: what a push
 * consumer sends to readers that do not keep up makes the server end the connection, and with it every other reader's.
 * Each reading throws when the server does not answer within 5 s, when bytes are missing, or are not those that were put.
 */
export async function* readPieces(jsm: JetStreamManager, object: ObjectPieces): AsyncGenerator<Uint8Array> {
  const hash = createHash('sha256');
  let left = object.size;
  for (let seq = 1; left > 0;) {
    const pieces = await nextPieces(jsm, object, seq);
    for (const { data } of pieces) {
      hash.update(data);
      left -= data.length;
      yield data;
    }
    seq = (pieces.at(-1)?.seq ?? 0) + 1;
  }
  const digest = `SHA-256=${hash.digest('base64url')}`;
  if (left !== 0 || digest !== object.digest.replace(/=+$/, '')) {
    throw new Error('the bytes that are stored are not those that were put');
  }
}

/** From any replica; from the leader when that one has none: it may be behind. */
async function nextPieces(
  jsm: JetStreamManager,
  { stream, subject }: ObjectPieces,
  seq: number,
): Promise<readonly StoredMsg[]> {
  const found = await batch(jsm, { stream, subject, seq });
  if (found.length > 0) return found;
  const query = { seq, next_by_subj: subject };
  const next = await jsm.streams.getMessage(stream, query);
  if (next === null) throw new Error('bytes of the file are missing');
  return [next];
}

/** In callback mode: the client's iterators leave a subscription behind for 5 s each. */
function batch(jsm: JetStreamManager, of: { stream: string; subject: string; seq: number }): Promise<StoredMsg[]> {
  return new Promise((resolve, reject) => {
    const found: StoredMsg[] = [];
    const callback = (done: { err?: Error } | null, message: StoredMsg): void => {
      if (done === null) found.push(message);
      else if (done.err === undefined || isNothing(done.err)) resolve(found);
      else reject(done.err);
    };
    jsm.direct.getBatch(of.stream, { seq: of.seq, batch: AT_ONCE, next_by_subj: of.subject, callback }).catch(reject);
  });
}

const isNothing = (error: Error): boolean => 'code' in error && error.code === NOTHING_FOUND;
