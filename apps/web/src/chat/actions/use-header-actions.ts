'use client';

import { ClientError } from '@colloquy/client';
import { useClient } from '../../shell/client-provider.tsx';
import { showToast } from '../../shell/toast-store.ts';
import { useChatActions } from '../../sidebar/use-chat-actions.ts';
import { useChatStore } from '../chat-store.ts';
import { setDoing } from './doing-store.ts';
import { downloadText, fileNameOf } from './download-text.ts';
import { startFork } from './fork.ts';
import { rowOfView } from './row-of-view.ts';
import { togglePanel } from './toggle-panel.ts';
import { useActionWords } from './words.ts';

/** What can be done with an open chat, from its header and from the palette. */
export interface HeaderActions {
  readonly search: () => void;
  readonly panel: () => void;
  readonly rename: () => void;
  readonly pin: () => void;
  readonly share: () => void;
  readonly exportAs: (format: 'json' | 'md') => Promise<void>;
  readonly fork: () => void;
  readonly remove: () => void;
}

/** What can be done with this chat. */
export function useHeaderActions(): HeaderActions {
  const t = useActionWords();
  const client = useClient();
  const store = useChatStore();
  const list = useChatActions();
  const { chatId } = store;
  const row = () => rowOfView(store.screen.getState().chat);
  return {
    search() {
      setDoing(chatId, { searching: true, version: undefined });
    },
    panel: togglePanel,
    rename() {
      setDoing(chatId, { renaming: true });
    },
    pin() {
      list.setPinned(row(), !row().pinned);
    },
    share() {
      setDoing(chatId, { sharing: true });
    },
    async exportAs(format) {
      try {
        const text = await client?.api.exportChat(chatId, format);
        if (text !== undefined) downloadText(text, fileNameOf(row(), format));
      } catch (error) {
        showToast(error instanceof ClientError ? `${t.exportFailed} ${error.message}` : t.exportFailed);
      }
    },
    fork() {
      const { lastSeq: atSeq } = store.screen.getState().chat;
      if (client !== undefined) void startFork(client, { chatId, atSeq, done: t.forked });
    },
    remove() {
      list.remove(row());
    },
  };
}
