/**
 * The runs of a chat: who did what, when, for how much. A fold of all its events. Invariants:
 * 1. Any split of a log into batches ends in the same view; events at or below `lastSeq` are dropped.
 * 2. It is total: an event of an unknown type, or of a run whose beginning is not there, is no error.
 * 3. A run that a batch does not touch keeps its identity; a batch costs as much as it brings, however long
 *    the chat and its runs are: the long lists share what did not change.
 * 4. Child runs are a part of the run that asked for them: their spans, costs and handoffs are its own as well.
 */
import type { ChatEvent, EventOf } from '@colloquy/contracts';
import { SharedList } from './chat-view-list.ts';
import { RunPlaces } from './run-places.ts';
import { applyRunEvent } from './run-view-events.ts';
import type { RunsView } from './run-view-state.ts';
import { draftRuns, finishRuns } from './run-view-draft.ts';

/** The runs of a chat of which nothing is known yet. */
export const NO_RUNS: RunsView = { lastSeq: 0, runs: SharedList.of(), rootOf: RunPlaces.none(), usage: [] };

/** The runs after more events, in order; the same object when none is new. */
export function applyRunEvents(view: RunsView, events: readonly ChatEvent[]): RunsView {
  const draft = draftRuns(view);
  for (const event of events) {
    if (!(event.seq > draft.lastSeq)) continue;
    draft.lastSeq = event.seq;
    if (event.type === 'rewound') undo(draft, event);
    else applyRunEvent(draft, event);
  }
  return draft.lastSeq === view.lastSeq ? view : finishRuns(draft);
}

/** What came after `toSeq` is an older version: it was paid for, but it is no part of the chat any more. */
function undo(draft: ReturnType<typeof draftRuns>, { toSeq }: EventOf<'rewound'>): void {
  for (let index = draft.runs.length - 1; (draft.runs.at(index)?.startSeq ?? 0) > toSeq; index--)
    if (draft.runs.at(index)?.undone === false) draft.change(index).undone = true;
}
