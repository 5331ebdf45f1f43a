import type { Clock } from '@colloquy/contracts';
import { ProblemError } from '@colloquy/service';
import { Readable } from 'node:stream';
import type { FileMeters } from './file-meters.ts';
import { codeOf } from './problems.ts';
import { Transfers } from './transfers.ts';
import { Turns, type TurnLimits } from './turns.ts';

/** For this process: what they hold of files together stays far below what NATS lets wait for a connection. */
const ALL: TurnLimits = { atOnce: 64, waitMs: 10_000 };
/** For one user, or one link. */
const EACH: TurnLimits = { atOnce: 8, waitMs: 10_000 };
/** Who takes nothing for so long is not waited for any more: others want the turn. */
const STILL_MS = 30_000;
/** Nor for who takes a little now and then: a download may take so long, and a second more for so many bytes. */
const LEAST_MS = 60_000;
const SLOWEST = 16 * 1024;

/** What a download is made of. */
interface Opened {
  readonly bytes: AsyncIterable<Uint8Array>;
  readonly file: { readonly size: number };
}

/** What a stream in hand stands on. */
interface Standing {
  readonly who: string;
  /** Gives its turn to the next. */
  readonly done: () => void;
  readonly left: AbortController;
}

/** How long a download may take in all, ms. */
export function longestDownload(size: number): number {
  return LEAST_MS + Math.ceil((size / SLOWEST) * 1000);
}

/** Lets files be read by some at once; the others wait, but not for ever. */
export class Downloads {
  readonly #clock: Clock;
  readonly #meters: FileMeters;
  readonly #all: Turns;
  readonly #each = new Map<string, Turns>();
  readonly #transfers: Transfers;

  constructor({ clock, meters }: { readonly clock: Clock; readonly meters: FileMeters }) {
    this.#clock = clock;
    this.#meters = meters;
    this.#all = new Turns(clock, ALL);
    this.#transfers = new Transfers(clock);
  }

  /** How many go out now. */
  get active(): number {
    return this.#transfers.size;
  }

  /**
   * What `open` gives, as a stream that keeps its turn until it is closed: read to its end, left, or left standing.
   * @param who - the user or the link
   * @throws ProblemError 503 when the turn does not come in time, or the gateway stops
   */
  async stream<F extends Opened>(
    who: string,
    open: (signal: AbortSignal) => Promise<F>,
  ): Promise<{ readonly found: F; readonly stream: Readable }> {
    try {
      const standing = { who, done: await this.#hold(who), left: new AbortController() };
      try {
        const found = await open(standing.left.signal);
        return { found, stream: this.#streamOf(found, standing) };
      } catch (error) {
        standing.left.abort(error);
        standing.done();
        throw error;
      }
    } catch (error) {
      this.#meters.download(codeOf(error));
      throw error;
    }
  }

  #streamOf({ bytes, file }: Opened, { who, done, left }: Standing): Readable {
    const running = this.#transfers.begin(who);
    const { signal } = running;
    const timer = this.#clock.setTimeout(() => running.end(tooSlow()), longestDownload(file.size));
    const watched = this.#watched(bytes, () => running.end(tooSlow()));
    const stream = Readable.from(watched, { objectMode: false });
    // Not with the reason: the answer has begun, so its end can only be a broken one.
    signal.addEventListener('abort', () => stream.destroy(), { once: true });
    let failure: unknown;
    stream.once('error', (error) => (failure = error));
    stream.once('close', () => {
      this.#clock.clearTimeout(timer);
      left.abort(new Error('nobody reads it any more'));
      running.done();
      done();
      this.#meters.download(endOf(stream, signal.aborted ? signal.reason : failure));
    });
    return stream;
  }

  /** Gives no more, lets what goes out end by itself for half the time that is left, and ends the rest. */
  drain(ms: number): Promise<void> {
    return this.#transfers.drain(ms);
  }

  async #hold(who: string): Promise<() => void> {
    const each = this.#each.get(who) ?? new Turns(this.#clock, EACH);
    this.#each.set(who, each);
    const mine = await each.hold();
    const end = (): void => {
      mine();
      if (each.idle && this.#each.get(who) === each) this.#each.delete(who);
    };
    try {
      const all = await this.#all.hold();
      return () => {
        all();
        end();
      };
    } catch (error) {
      end();
      throw error;
    }
  }

  /** Calls `still` when the next piece is not asked for in time. */
  #watched(bytes: AsyncIterable<Uint8Array>, still: () => void): AsyncGenerator<Uint8Array> {
    const [clock, meters] = [this.#clock, this.#meters];
    let timer = clock.setTimeout(still, STILL_MS);
    return (async function* () {
      try {
        clock.clearTimeout(timer);
        for await (const piece of bytes) {
          timer = clock.setTimeout(still, STILL_MS);
          meters.bytesOut(piece.length);
          yield piece;
          clock.clearTimeout(timer);
        }
      } finally {
        clock.clearTimeout(timer);
      }
    })();
  }
}

function endOf(stream: Readable, reason: unknown): string {
  if (reason !== undefined) return codeOf(reason);
  return stream.readableEnded ? 'whole' : 'left';
}

function tooSlow(): ProblemError {
  return new ProblemError({ status: 408, code: 'download_too_slow', title: 'The file is not taken' });
}
