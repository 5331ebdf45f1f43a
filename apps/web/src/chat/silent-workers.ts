import type { ChatView, Entry } from '@colloquy/transcript';
import { runOf, type RunIndex } from './run-index.ts';

/**
 * Who is at work without anything on the screen that moves: agents by their names, and branches in which nobody has spoken
 * yet by theirs. Undefined when nobody is; nobody by name when a run has only begun.
 */
export function silentWorkers(chat: ChatView, runs: RunIndex): readonly string[] | undefined {
  if (chat.status !== 'running' || chat.lastSeq === 0) return undefined;
  const branches = runs.working();
  if (branches.length === 0) return isMoving(chat) ? undefined : chat.speaker === undefined ? [] : [chat.speaker];
  const busy = busyRuns(chat, runs);
  const silent = branches.filter(({ runId }) => !busy.has(runId));
  const names = silent.map(({ runId, name }) => runs.lastOf(runId)?.agent ?? name);
  return names.length === 0 ? undefined : [...new Set(names)];
}

/** Something is being written, or a tool of which it is said runs last of all. */
function isMoving({ speaking, entries }: ChatView): boolean {
  return speaking.length > 0 || isAtWork(entries.at(entries.length - 1));
}

/** Runs that need no word: one sees them write, wait for an answer, or run a tool. */
function busyRuns({ entries, pendingRequests }: ChatView, runs: RunIndex): Set<string | undefined> {
  const busy = new Set<string | undefined>(pendingRequests.map(({ runId }) => runId));
  for (let index = runs.settled; index < entries.length; index++) {
    const entry = entries.at(index);
    if (entry !== undefined) busy.add(runOf(entry));
  }
  for (const { runId } of runs.working()) {
    if (isAtWork(entries.at(runs.lastOf(runId)?.index ?? -1))) busy.add(runId);
  }
  return busy;
}

function isAtWork(entry: Entry | undefined): boolean {
  return entry?.kind === 'tool' && entry.state === 'running';
}
