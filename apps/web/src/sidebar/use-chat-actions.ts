'use client';

import { ClientError } from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { useClient } from '../shell/client-provider.tsx';
import { goTo, usePlace } from '../shell/navigate.ts';
import { showToast } from '../shell/toast-store.ts';
import { t } from '../strings.ts';
import { dropRow, patchRow, putRow, refreshChats } from './use-chats.ts';

/** What can be done with a chat from the list. */
export interface ChatActions {
  rename(row: ChatRow, title: string): void;
  setPinned(row: ChatRow, pinned: boolean): void;
  remove(row: ChatRow): void;
}

/** Actions that show at once; the server's refusal undoes them and says why. */
export function useChatActions(): ChatActions {
  const client = useClient();
  const queries = useQueryClient();
  const place = usePlace();
  const attempt = (work: Promise<unknown> | undefined): void => {
    work?.catch((error: unknown) => {
      showToast(error instanceof ClientError ? error.message : String(error));
      void refreshChats(queries);
    });
  };
  return {
    rename(row, title) {
      patchRow(queries, row.chatId, { title });
      attempt(client?.api.updateChat(row.chatId, { title }));
    },
    setPinned(row, pinned) {
      patchRow(queries, row.chatId, { pinned });
      attempt(client?.api.updateChat(row.chatId, { pinned }));
    },
    remove(row) {
      dropRow(queries, row.chatId);
      if (place.kind === 'chat' && place.chatId === row.chatId) goTo();
      attempt(client?.api.deleteChat(row.chatId));
      const run = (): void => {
        putRow(queries, row);
        attempt(client?.api.restoreChat(row.chatId));
      };
      showToast(t.removed, { label: t.undo, run });
    },
  };
}
