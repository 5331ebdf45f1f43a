/**
 * Search in the entries of a chat. Invariants:
 * 1. After SLICE_MS of work the page draws: whatever the length of the chat, a slice is at most one entry longer.
 * 2. An entry that did not change is searched once for a query: while a chat grows, only what is new costs anything.
 */
import type { Entry, EntryList } from '@colloquy/transcript';
import { textOf } from './entry-text.ts';

/** After this long, in ms, a slice of the work ends. */
export const SLICE_MS = 8;

/** An entry with what is looked for. */
export interface Hit {
  readonly key: string;
  /** How often it is in there. */
  readonly count: number;
}

/** A query as a pattern, in any case; undefined when there is nothing to look for. */
export function patternOf(query: string): RegExp | undefined {
  const words = query.trim();
  if (words === '') return undefined;
  return new RegExp(
    words.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`).replaceAll(/\s+/g, String.raw`\s+`),
    'giu',
  );
}

/** One query, over the entries of a chat as they grow. */
export interface Search {
  /** All hits in the order of the chat. Rejects with the signal's reason. */
  run(entries: EntryList, signal: AbortSignal): Promise<readonly Hit[]>;
}

/** What a search needs of its surroundings. */
export interface SearchParts {
  /** The time in ms, never set back. */
  readonly now: () => number;
  /** Lets the page draw. */
  readonly pause: () => Promise<void>;
}

/** A search for one pattern. */
export function createSearch(pattern: RegExp, { now, pause }: SearchParts): Search {
  const counted = new WeakMap<Entry, number>();
  const countIn = (entry: Entry): number => {
    const known = counted.get(entry);
    if (known !== undefined) return known;
    const count = textOf(entry).match(pattern)?.length ?? 0;
    counted.set(entry, count);
    return count;
  };
  return {
    async run(entries, signal) {
      const hits: Hit[] = [];
      let began = now();
      for (let index = 0; index < entries.length; index++) {
        if (now() - began > SLICE_MS) {
          await pause();
          signal.throwIfAborted();
          began = now();
        }
        const entry = entries.at(index);
        const count = entry === undefined ? 0 : countIn(entry);
        if (entry !== undefined && count > 0) hits.push({ key: entry.key, count });
      }
      return hits;
    },
  };
}

/** One place of what is looked for: an entry, and the how-manieth in it. */
export interface Spot {
  readonly key: string;
  readonly nth: number;
}

/** How many places there are in all. */
export function totalOf(hits: readonly Hit[]): number {
  return hits.reduce((sum, { count }) => sum + count, 0);
}

/** The place with this number, from 0. */
export function spotAt(hits: readonly Hit[], index: number): Spot | undefined {
  let left = index;
  for (const { key, count } of hits) {
    if (left < count) return left < 0 ? undefined : { key, nth: left };
    left -= count;
  }
  return undefined;
}

/** The number of a place; when it is gone, of the nearest one that is left. */
export function indexOf(hits: readonly Hit[], spot: Spot | undefined): number {
  let before = 0;
  for (const { key, count } of hits) {
    if (key === spot?.key) return before + Math.min(spot.nth, count - 1);
    before += count;
  }
  return Math.max(0, before - 1);
}
