import type { Clock } from '@colloquy/contracts';
import { FileExistsError } from './errors.ts';
import type { FileRecord } from './file-record.ts';
import type { ReadRecord, RecordBook } from './record-book.ts';

/** How often an upload gives a sign of life: it may miss two. */
const EVERY_MS = 5000;

/** Keeps the record of an upload alive; the record is its own as long as it is `coming` and names its bytes. */
export class UploadLease {
  readonly #book: RecordBook;
  readonly #clock: Clock;
  readonly #coming: ReadRecord;
  readonly #lost = new AbortController();
  readonly #ending = new AbortController();
  #beating: Promise<void> = Promise.resolve();

  constructor(coming: ReadRecord, { book, clock }: { readonly book: RecordBook; readonly clock: Clock }) {
    this.#coming = coming;
    this.#book = book;
    this.#clock = clock;
  }

  /** Aborted when somebody else has taken the upload's place, or taken it for broken off. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  /** Says that there is room for it, and from now on that it is alive. @throws FileExistsError when it is lost already */
  async begin(): Promise<void> {
    if (!(await this.#sign())) throw lost();
    this.#beating = this.#beat();
  }

  /** Gives no more signs of life; none is on its way when it resolves. */
  async end(): Promise<void> {
    this.#ending.abort(new Error('the upload has ended'));
    await this.#beating;
  }

  /** Writes what `to` makes of its record; undefined when the record is its own no more. */
  change(to: (record: FileRecord) => FileRecord): Promise<ReadRecord | undefined> {
    const { owner, record } = this.#coming;
    return this.#book.change(owner, record.fileId, (now) =>
      now.state === 'coming' && now.blobId === record.blobId ? to(now) : undefined,
    );
  }

  async #sign(): Promise<boolean> {
    const aliveAt = new Date(this.#clock.now()).toISOString();
    return (await this.change((record) => ({ ...record, aliveAt, admitted: true }))) !== undefined;
  }

  async #beat(): Promise<void> {
    const { signal } = this.#ending;
    for (;;) {
      await this.#clock.sleep(EVERY_MS, signal).catch(() => undefined);
      if (signal.aborted) return;
      // Who cannot be asked may answer the next time.
      if (await this.#sign().catch(() => true)) continue;
      this.#lost.abort(lost());
      return;
    }
  }
}

const lost = (): FileExistsError => new FileExistsError('somebody else has taken its place');
