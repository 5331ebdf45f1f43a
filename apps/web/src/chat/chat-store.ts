'use client';

import type { ChatHandle, ChatState, Client } from '@colloquy/client';
import type { Json } from '@colloquy/contracts';
import { emptyView } from '@colloquy/transcript';
import { createContext, use } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';

/** What a screen shows of one chat: what the client knows, and what was opened by hand. */
export interface ChatScreen extends ChatState {
  /** Entries that were opened or closed by hand; they outlive their rows. */
  readonly opened: ReadonlyMap<string, boolean>;
}

/** One open chat on the screen. */
export interface ChatStore {
  readonly chatId: string;
  readonly screen: StoreApi<ChatScreen>;
  /** Opens the chat; the function that is returned closes it. */
  open(): () => void;
  send(text: string): void;
  answer(requestId: string, value: Json, comment?: string): void;
  cancel(): void;
  retry(key: string): void;
  discard(key: string): void;
  loadHistory(): Promise<void>;
  restore(): Promise<unknown>;
  setOpened(key: string, opened: boolean): void;
}

/** The store of a chat that is not open yet. */
export function createChatStore(client: Client, chatId: string): ChatStore {
  const screen = createStore<ChatScreen>(() => ({
    chat: emptyView(chatId),
    outbox: client.outboxOf(chatId),
    phase: 'loading',
    error: undefined,
    opened: new Map<string, boolean>(),
  }));
  let handle: ChatHandle | undefined;
  return {
    chatId,
    screen,
    open() {
      const opened = client.openChat(chatId);
      handle = opened;
      screen.setState(opened.getView());
      const off = opened.subscribe(() => {
        screen.setState(opened.getView());
      });
      return () => {
        off();
        opened.close();
        handle = undefined;
      };
    },
    send: (text) => void handle?.send(text),
    answer: (requestId, value, comment) => void handle?.answer(requestId, value, comment),
    cancel: () => void handle?.cancel(),
    retry: (key) => handle?.retry(key),
    discard: (key) => handle?.discard(key),
    loadHistory: async () => handle?.loadHistory(),
    restore: () => client.api.restoreChat(chatId),
    setOpened(key, opened) {
      screen.setState((state) => ({ opened: new Map(state.opened).set(key, opened) }));
    },
  };
}

/** The chat that the parts below show. */
export const ChatStoreContext = createContext<ChatStore | undefined>(undefined);

/** The chat that this part shows. */
export function useChatStore(): ChatStore {
  const store = use(ChatStoreContext);
  if (store === undefined) throw new Error('useChatStore needs a chat above it');
  return store;
}

/** A part of the chat; the caller is drawn again only when it changes. */
export function useScreen<T>(select: (screen: ChatScreen) => T): T {
  return useStore(useChatStore().screen, select);
}
