'use client';

import { ClientError, type Client } from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useWords } from '../i18n/words.ts';
import { useClient } from '../shell/client-provider.tsx';
import { goTo, placeOf } from '../shell/navigate.ts';
import { dismissToast, showToast } from '../shell/toast-store.ts';
import { deletionOf, forgetDeletion, noteDeletion, setRestoring } from './deletions.ts';
import { addChange, endChange, type PendingChange } from './pending-changes.ts';
import { putRow, takeRow } from './use-chats.ts';

/** What can be done with a chat from the list. */
export interface ChatActions {
  rename(row: ChatRow, title: string): void;
  setPinned(row: ChatRow, pinned: boolean): void;
  /** It can be undone for ten minutes. */
  remove(row: ChatRow): void;
  restore(row: ChatRow): void;
}

interface Change {
  readonly chatId: string;
  readonly wanted: PendingChange;
  readonly send: (api: Client['api']) => Promise<unknown>;
  /** What else is done when it is taken. */
  readonly done?: () => void;
  /** What else is taken back when it is refused. */
  readonly undo?: () => void;
}

/** How long a change shows before the row that shows it comes, in ms: another device may have changed it again. */
const SETTLE_MS = 10_000;

/** Actions that show at once; the server's refusal undoes them and says why. */
export function useChatActions(): ChatActions {
  const t = useWords();
  const client = useClient();
  const queries = useQueryClient();
  const refused = (error: unknown): void => {
    showToast(error instanceof ClientError ? error.message : String(error));
  };
  /** Gives whether it was taken. */
  const change = async ({ chatId, wanted, send, done, undo }: Change): Promise<boolean> => {
    if (client === undefined) return false;
    addChange(chatId, wanted);
    const end = (): void => {
      endChange(chatId, wanted);
    };
    try {
      await send(client.api);
      done?.();
      setTimeout(end, SETTLE_MS);
      return true;
    } catch (error) {
      end();
      undo?.();
      refused(error);
      return false;
    }
  };
  const actions: ChatActions = {
    rename(row, title) {
      void change({ chatId: row.chatId, wanted: { title }, send: (api) => api.updateChat(row.chatId, { title }) });
    },
    setPinned(row, pinned) {
      void change({
        chatId: row.chatId,
        wanted: { pinned },
        send: (api) => api.updateChat(row.chatId, { pinned }),
        undo: () => {
          putRow(queries, row);
        },
      });
      // The list of pinned ones is a list of its own: it needs the row for the change to show.
      if (pinned) putRow(queries, { ...row, pinned });
    },
    remove(row) {
      const { chatId } = row;
      const sent = change({
        chatId,
        wanted: { deleted: true },
        send: (api) => api.deleteChat(chatId),
        // Without a socket no row says that it is gone.
        done: () => {
          if (deletionOf(chatId)?.restoring !== true) takeRow(queries, chatId);
        },
        undo: () => {
          forgetDeletion(chatId);
        },
      });
      const place = placeOf(window.location.pathname);
      if (place.kind === 'chat' && place.chatId === chatId) goTo();
      const run = (): void => {
        actions.restore(row);
      };
      noteDeletion(row, { sent, toast: showToast(t.removed, { label: t.undo, run }) });
    },
    restore(row) {
      const { chatId } = row;
      const deletion = deletionOf(chatId);
      if (client === undefined || deletion === undefined || deletion.restoring === true) return;
      setRestoring(chatId, true);
      dismissToast(deletion.toast);
      endChange(chatId, { deleted: true });
      putRow(queries, row);
      const stillGone = (error: unknown): void => {
        setRestoring(chatId, false);
        takeRow(queries, chatId);
        refused(error);
      };
      const again = (): void => {
        setRestoring(chatId, false);
      };
      // Never before the deletion: it would win.
      void deletion.sent.then(async (taken) => {
        if (!taken) return;
        await client.api.restoreChat(chatId).then(() => setTimeout(again, SETTLE_MS), stillGone);
      });
    },
  };
  return actions;
}
