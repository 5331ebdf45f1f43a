import type { Clock } from '@colloquy/contracts';
import { timelyBytes, type Bytes } from '@colloquy/files';
import { ProblemError } from '@colloquy/service';
import type { FileMeters } from './file-meters.ts';
import { codeOf } from './problems.ts';
import { Transfers, type Running } from './transfers.ts';

/** For this process: each holds a connection, and a piece of its file. */
const ALL_AT_ONCE = 256;
/** Who sends no byte for so long is not waited for any more, ms. */
const IDLE_MS = 15_000;
/** Slower than this nobody needs to be: a telephone at the edge of its net is faster. Bytes a second. */
const SLOWEST = 32 * 1024;
/** What an upload may take however small its file is, ms. */
const LEAST_MS = 30_000;
/** The most that the largest limit comes to, ms: the store takes what comes longer than an hour for broken off. */
const MOST_MS = 50 * 60_000;

/** What uploads need. */
export interface UploadsOptions {
  readonly clock: Clock;
  /** Largest file, in bytes: the time of an upload follows from it. */
  readonly maxBytes: number;
  /** Of one user. */
  readonly atOnce: number;
  readonly meters: FileMeters;
}

/** How long an upload may take in all, ms. */
export function longestUpload(maxBytes: number): number {
  return Math.min(MOST_MS, LEAST_MS + Math.ceil((maxBytes / SLOWEST) * 1000));
}

/** Lets files come in, a few of each user at once, and none for ever. */
export class Uploads {
  readonly #options: UploadsOptions;
  readonly #transfers: Transfers;

  constructor(options: UploadsOptions) {
    this.#options = options;
    this.#transfers = new Transfers(options.clock);
  }

  /** How many come in now. */
  get active(): number {
    return this.#transfers.size;
  }

  /**
   * Does `work` with bytes that come in time or end with the reason, and with a signal that says when it is over.
   * @param who - the user
   * @throws ProblemError 429 when this user has as many as may be; 503 when all together are too many, or the gateway
   * stops; what `work` throws, such as the ProblemError 408 that the bytes end with
   */
  async take<T>(who: string, bytes: Bytes, work: (bytes: Bytes, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, meters } = this.#options;
    const began = clock.monotonic();
    const seconds = (): number => (clock.monotonic() - began) / 1000;
    try {
      const done = await this.#inTime(who, bytes, work);
      meters.upload('stored', seconds());
      return done;
    } catch (error) {
      const why = hasLeft(error) ? left(error) : error;
      meters.upload(codeOf(why), seconds());
      throw why;
    }
  }

  async #inTime<T>(who: string, bytes: Bytes, work: (bytes: Bytes, signal: AbortSignal) => Promise<T>): Promise<T> {
    const { clock, maxBytes, meters } = this.#options;
    const running = this.#begin(who);
    const ms = longestUpload(maxBytes);
    const timer = clock.setTimeout(() => running.end(tooLong(ms)), ms);
    try {
      const { signal } = running;
      const timely = timelyBytes(bytes, { clock, idleMs: IDLE_MS, late: noByte, signal });
      return await work(metered(timely, meters), signal);
    } finally {
      clock.clearTimeout(timer);
      running.done();
    }
  }

  #begin(who: string): Running {
    if (this.#transfers.of(who) >= this.#options.atOnce) throw tooMany(this.#options.atOnce);
    if (this.#transfers.size >= ALL_AT_ONCE) throw busy();
    return this.#transfers.begin(who);
  }

  /** Takes no more, lets what comes in end by itself for half the time that is left, and ends the rest. */
  drain(ms: number): Promise<void> {
    return this.#transfers.drain(ms);
  }
}

async function* metered(bytes: Bytes, meters: FileMeters): AsyncGenerator<Uint8Array> {
  for await (const piece of bytes) {
    meters.bytesIn(piece.length);
    yield piece;
  }
}

/** What reading a request says when its client has gone: what fails behind us has a name of its own. */
const hasLeft = (error: unknown): boolean =>
  error instanceof Error &&
  'code' in error &&
  (error.code === 'ECONNRESET' || error.code === 'ERR_STREAM_PREMATURE_CLOSE');

function left(cause: unknown): ProblemError {
  const problem = new ProblemError({ status: 400, code: 'upload_left', title: 'The file broke off' });
  problem.cause = cause;
  return problem;
}

function noByte(): ProblemError {
  return new ProblemError({
    status: 408,
    code: 'upload_idle',
    title: 'The file does not come',
    detail: `No byte came for ${String(IDLE_MS / 1000)} s. Nothing of it was kept; send it again with the same Idempotency-Key.`,
  });
}

function tooLong(ms: number): ProblemError {
  return new ProblemError({
    status: 408,
    code: 'upload_too_slow',
    title: 'The file comes too slowly',
    detail: `An upload may take ${String(Math.round(ms / 1000))} s. Nothing of it was kept.`,
  });
}

function tooMany(atOnce: number): ProblemError {
  return new ProblemError({
    status: 429,
    code: 'too_many_uploads',
    title: 'Too many uploads at once',
    detail: `${String(atOnce)} files may come at once. Nothing was kept of this one; send it when another is up.`,
    headers: { 'retry-after': '2' },
  });
}

function busy(): ProblemError {
  return new ProblemError({
    status: 503,
    code: 'busy',
    title: 'Too much at once',
    detail: 'Too many files come in here at once. Nothing was kept of this one; try again in a moment.',
    headers: { 'retry-after': '5' },
  });
}
