import type { ChatRow } from '@colloquy/contracts';
import { create } from 'zustand';

/** A chat that was deleted here, and when. */
export interface Deletion {
  readonly row: ChatRow;
  readonly at: number;
  /** Whether the server has taken it. It is brought back after that: the other way round it would be lost. */
  readonly sent: Promise<boolean>;
  /** The message that offers to undo it. */
  readonly toast: number;
  /** True while it is being brought back. */
  readonly restoring?: boolean;
}

/** How long the server keeps a deleted chat, in ms. */
export const RESTORE_MS = 10 * 60_000;

/** What was deleted here, newest last. */
export const useDeletions = create<{ readonly deletions: readonly Deletion[] }>(() => ({ deletions: [] }));

/** Remembers a chat that was deleted. */
export function noteDeletion(row: ChatRow, deletion: Pick<Deletion, 'sent' | 'toast'>): void {
  useDeletions.setState(({ deletions }) => ({
    deletions: [...others(deletions, row.chatId), { ...deletion, row, at: Date.now() }],
  }));
}

/** A row may say that a chat is back: both its deletion and its return are on the log then. */
export function lookForReturn(row: ChatRow): void {
  const known = deletionOf(row.chatId);
  if (known?.restoring !== true || row.deleted === true || row.lastSeq < known.row.lastSeq + 2) return;
  forgetDeletion(row.chatId);
}

/** It is back, or it was never gone. */
export function forgetDeletion(chatId: string): void {
  useDeletions.setState(({ deletions }) => ({ deletions: others(deletions, chatId) }));
}

/** It is being brought back, or that has failed and can be tried again. */
export function setRestoring(chatId: string, restoring: boolean): void {
  useDeletions.setState(({ deletions }) => ({
    deletions: deletions.map((one) => (one.row.chatId === chatId ? { ...one, restoring } : one)),
  }));
}

/** What was noted of the deletion of a chat. */
export function deletionOf(chatId: string): Deletion | undefined {
  return useDeletions.getState().deletions.find(({ row }) => row.chatId === chatId);
}

/** What was deleted last and can be brought back still. */
export function newestDeletion(now: number): ChatRow | undefined {
  const newest = lastGone(useDeletions.getState().deletions);
  return newest === undefined || now - newest.at > RESTORE_MS ? undefined : newest.row;
}

/** The last one that nobody is bringing back. */
export function lastGone(deletions: readonly Deletion[]): Deletion | undefined {
  return deletions.findLast(({ restoring }) => restoring !== true);
}

function others(deletions: readonly Deletion[], chatId: string): readonly Deletion[] {
  return deletions.filter(({ row }) => row.chatId !== chatId);
}
