import type { StoredCommit } from '@colloquy/messaging';
import { weightOf } from './commit-weight.ts';

/** Where a viewer stands: a cursor without the epoch. */
export interface Place {
  readonly streamSeq: number;
  readonly eventSeq: number;
}

/** A commit and the place right after it. */
export interface PlacedCommit {
  readonly stored: StoredCommit;
  readonly place: Place;
}

/** How many of the newest commits are kept, and about how many characters of them. */
const KEPT = 256;
const KEPT_WEIGHT = 256 * 1024;

/** The newest commits of a chat, without a hole, so that most reconnects need no read. */
export class CommitRing {
  #commits: PlacedCommit[] = [];
  #weights: number[] = [];
  #weight = 0;
  #start: Place;

  /** @param start - the place before the first commit that is pushed */
  constructor(start: Place) {
    this.#start = start;
  }

  /** The next commit; none may be left out. */
  push(commit: PlacedCommit): void {
    const weight = weightOf(commit.stored.commit);
    this.#commits.push(commit);
    this.#weights.push(weight);
    this.#weight += weight;
    // Trimmed when it is twice too big, so that a push costs the same however long the ring is.
    if (this.#commits.length > 2 * KEPT || this.#weight > 2 * KEPT_WEIGHT) this.#trim();
  }

  /** What lies after `place`; undefined when the ring does not reach back so far. */
  after(place: Place): readonly PlacedCommit[] | undefined {
    if (place.streamSeq < this.#start.streamSeq) return undefined;
    const first = this.#commits.findLastIndex((commit) => commit.place.streamSeq <= place.streamSeq);
    return this.#commits.slice(first + 1);
  }

  #trim(): void {
    let drop = 0;
    let weight = this.#weight;
    while (this.#commits.length - drop > KEPT || weight > KEPT_WEIGHT) {
      weight -= this.#weights[drop] ?? 0;
      drop += 1;
    }
    this.#start = this.#commits[drop - 1]?.place ?? this.#start;
    this.#commits = this.#commits.slice(drop);
    this.#weights = this.#weights.slice(drop);
    this.#weight = weight;
  }
}
