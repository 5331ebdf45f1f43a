/** Follows events that the view already has, to find the messages among them that are still open. */
import type { ChatEvent } from '@colloquy/contracts';
import type { Draft } from './chat-view-draft.ts';
import type { OpenEntry } from './chat-view-entries.ts';
import { beginMessage, staysOpen } from './chat-view-open.ts';
import type { Replay } from './chat-view-state.ts';

const NOWHERE = { epoch: '', streamSeq: 0, eventSeq: 0 };

/** Follows one event with `seq` ≤ `lastSeq`. When the replay has caught up, what is open in it is open in the view. */
export function followReplay(draft: Draft, event: ChatEvent): void {
  const replay = at(draft.replay, event.seq);
  if (replay === undefined) return;
  if (event.type === 'tool_call') draft.callFacts.set(event.callId, event.seq);
  const open = openAfter(draft, replay.open, event);
  if (event.seq < draft.lastSeq) {
    draft.replay = { ...replay, next: event.seq + 1, open };
    return;
  }
  draft.replay = undefined;
  promote(draft, open);
}

/** The replay that this event goes on with; a new one after a jump; undefined when it was in it before. */
function at(replay: Replay | undefined, seq: number): Replay | undefined {
  if (replay !== undefined && replay.from <= seq && seq < replay.next) return undefined;
  return replay?.next === seq ? replay : { from: seq, next: seq, open: [] };
}

function openAfter(draft: Draft, open: readonly OpenEntry[], event: ChatEvent): readonly OpenEntry[] {
  const left = open.filter(staysOpen(event));
  const entry = event.type === 'message_started' ? beginMessage(event) : undefined;
  return entry === undefined || draft.open.some(({ key }) => key === entry.key) ? left : [...left, entry];
}

function promote(draft: Draft, open: readonly OpenEntry[]): void {
  if (open.length === 0) return;
  draft.open = [...draft.open, ...open];
  draft.speaker = open.at(-1)?.agent;
  if (draft.header === undefined) return;
  const messages = open.flatMap((entry) => (entry.kind === 'tool' ? [] : [entry.messageId]));
  const known = new Set(draft.header.openMessages.map(({ messageId }) => messageId));
  const added = messages
    .filter((messageId) => !known.has(messageId))
    .map((messageId) => ({ messageId, before: NOWHERE }));
  draft.header = { ...draft.header, openMessages: [...draft.header.openMessages, ...added] };
}
