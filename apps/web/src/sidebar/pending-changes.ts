/** What a person has changed in the list and the server has not said yet: it shows at once, and goes when it is refused. */
import type { ChatRow } from '@colloquy/contracts';
import { create } from 'zustand';

/** A change of one chat. */
export interface PendingChange {
  readonly title?: string;
  readonly pinned?: boolean;
  readonly deleted?: true;
}

/** The changes, by chat. */
export type PendingChanges = ReadonlyMap<string, PendingChange>;

/** Changes that no row shows yet. */
export const usePendingChanges = create<{ readonly changes: PendingChanges }>(() => ({ changes: new Map() }));

/** Shows a change before the server says so. */
export function addChange(chatId: string, change: PendingChange): void {
  usePendingChanges.setState(({ changes }) => ({
    changes: new Map(changes).set(chatId, { ...changes.get(chatId), ...change }),
  }));
}

/** Takes a change back, unless there was another one of the same since: what the server says is shown again. */
export function endChange(chatId: string, change: PendingChange): void {
  usePendingChanges.setState(({ changes }) => {
    const left = Object.entries(changes.get(chatId) ?? {}).filter(
      ([field, value]) => change[field as keyof PendingChange] !== value,
    );
    const next = new Map(changes);
    if (left.length === 0) next.delete(chatId);
    else next.set(chatId, Object.fromEntries(left));
    return { changes: next };
  });
}

/** The rows as the person has made them. */
export function withChanges(rows: readonly ChatRow[], changes: PendingChanges): readonly ChatRow[] {
  if (changes.size === 0) return rows;
  return rows.flatMap((row) => {
    const change = changes.get(row.chatId);
    if (change === undefined) return [row];
    const { deleted, ...fields } = change;
    return deleted === true ? [] : [{ ...row, ...fields }];
  });
}

/** True when a row shows the change, so that it need not be shown before it any more. */
export function isShown(row: ChatRow, { title, pinned, deleted }: PendingChange): boolean {
  return (
    (title === undefined || row.title === title) &&
    (pinned === undefined || row.pinned === pinned) &&
    (deleted === undefined || row.deleted === true)
  );
}
