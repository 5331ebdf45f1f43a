/**
 * What a delta does. Offsets are UTF-16 code units. What is covered changes nothing; what is of a finished message is
 * void; what starts beyond the end of an open message shows a gap. Arguments and progress are a courtesy: their final
 * form is an event, so what is missing of them is no gap.
 */
import type { Delta } from '@colloquy/contracts';
import { withEntry, type Draft } from './chat-view-draft.ts';
import type { OpenEntry } from './chat-view-entries.ts';
import { beginCall, messageKey } from './chat-view-open.ts';
import { changeCall } from './chat-view-tools.ts';

/** Applies a delta; the events of its batch have been applied. */
export function applyDelta(draft: Draft, delta: Delta): void {
  if (delta.kind === 'progress') applyProgress(draft, delta);
  else if (delta.kind === 'arguments') applyArguments(draft, delta);
  else applyText(draft, delta, messageKey(delta.kind, delta.messageId));
}

function applyText(draft: Draft, delta: Delta, key: string): void {
  const end = delta.offset + delta.text.length;
  const grew = grow(draft, key, (entry) => {
    if (entry.kind === 'tool') return entry;
    const text = extend(entry.text, delta);
    return text === entry.text ? entry : { ...entry, text };
  });
  if (grew !== undefined && lengthOf(grew) < delta.offset) {
    draft.seenLength = withEntry(draft.seenLength, key, Math.max(end, draft.seenLength.get(key) ?? 0));
  }
}

function applyArguments(draft: Draft, delta: Delta): void {
  const callId = delta.messageId;
  if (delta.offset === 0 && !isOpen(draft, callId) && !isOver(draft, callId)) beginArguments(draft, delta);
  grow(draft, callId, (entry) => {
    if (entry.kind !== 'tool') return entry;
    const argumentsText = extend(entry.argumentsText, delta);
    return argumentsText === entry.argumentsText ? entry : { ...entry, argumentsText };
  });
}

/** Arguments are written within a reply; without an open one the delta is left over from the past. */
function beginArguments(draft: Draft, delta: Delta): void {
  const isReply = (entry: OpenEntry) =>
    entry.kind === 'agent' && entry.runId === delta.runId && entry.agent === delta.agent;
  const live = draft.open.find(isReply);
  if (live !== undefined) {
    draft.open = [...draft.open, beginCall(delta, live)];
    return;
  }
  const replayed = draft.replay?.open.find(isReply);
  if (draft.replay !== undefined && replayed !== undefined) {
    draft.replay = { ...draft.replay, open: [...draft.replay.open, beginCall(delta, replayed)] };
  }
}

function applyProgress(draft: Draft, delta: Delta): void {
  if (!draft.calls.has(delta.messageId)) return;
  changeCall(draft, delta.messageId, (card) => {
    const progress = extend(card.progress, delta);
    return progress === card.progress ? card : { ...card, progress };
  });
}

function isOpen(draft: Draft, key: string): boolean {
  return draft.open.some((entry) => entry.key === key) || (draft.replay?.open.some((e) => e.key === key) ?? false);
}

function isOver(draft: Draft, callId: string): boolean {
  const seq = draft.callFacts.get(callId);
  return seq !== undefined && seq <= draft.lastSeq;
}

/** Changes an open entry where it is: in the live tail or in a replay. Returns it as it is then. */
function grow(draft: Draft, key: string, change: (entry: OpenEntry) => OpenEntry): OpenEntry | undefined {
  const live = changeIn(draft.open, key, change);
  if (live !== undefined) {
    draft.open = live.entries;
    return live.entry;
  }
  const replayed = draft.replay && changeIn(draft.replay.open, key, change);
  if (draft.replay === undefined || replayed === undefined) return undefined;
  draft.replay = { ...draft.replay, open: replayed.entries };
  return replayed.entry;
}

function changeIn(entries: readonly OpenEntry[], key: string, change: (entry: OpenEntry) => OpenEntry) {
  const index = entries.findIndex((entry) => entry.key === key);
  const before = entries[index];
  if (before === undefined) return undefined;
  const entry = change(before);
  return { entry, entries: entry === before ? entries : entries.with(index, entry) };
}

/** `text` with what the delta adds to it; `text` itself when it adds nothing or starts beyond its end. */
function extend(text: string, delta: Delta): string {
  const known = text.length - delta.offset;
  return known < 0 || known >= delta.text.length ? text : text + delta.text.slice(known);
}

/** How much of an entry is there, in UTF-16 code units. */
export function lengthOf(entry: OpenEntry): number {
  return entry.kind === 'tool' ? entry.argumentsText.length : entry.text.length;
}
