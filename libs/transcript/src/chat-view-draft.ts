/** A memory that one batch may change before it becomes the next view's; its lists are replaced, never written to. */
import type { Entry, OpenEntry } from './chat-view-entries.ts';
import type { ChatView, ViewMemory } from './chat-view-state.ts';

/** What a batch works on. */
export interface Draft extends Mutable<ViewMemory> {
  lastSeq: number;
  speaker: string | undefined;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A draft of the view's next version. */
export function draftOf(view: ChatView): Draft {
  return { ...view.memory, lastSeq: view.lastSeq, speaker: view.speaker };
}

/** The memory of a finished draft. */
export function memoryOf(draft: Draft): ViewMemory {
  const { lastSeq: _lastSeq, speaker: _speaker, ...memory } = draft;
  return memory;
}

/** Adds an entry that is on the log; returns its place. */
export function settle(draft: Draft, entry: Entry): number {
  draft.settled = draft.settled.push(entry);
  return draft.settled.length - 1;
}

/** Changes the settled entry at `index`. */
export function resettle(draft: Draft, index: number | undefined, change: (entry: Entry) => Entry): void {
  const entry = index === undefined ? undefined : draft.settled.at(index);
  if (index === undefined || entry === undefined) return;
  draft.settled = draft.settled.with(index, change(entry));
}

/** Keeps the open entries that pass, in the live tail and in a replay. */
export function keepOpen(draft: Draft, keep: (entry: OpenEntry) => boolean): void {
  if (!draft.open.every(keep)) draft.open = draft.open.filter(keep);
}

/** A copy of a map without a key. */
export function without<V>(map: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!map.has(key)) return map;
  const copy = new Map(map);
  copy.delete(key);
  return copy;
}

/** A copy of a map with one more entry. */
export function withEntry<V>(map: ReadonlyMap<string, V>, key: string, value: V): ReadonlyMap<string, V> {
  return new Map(map).set(key, value);
}
