'use client';

import type { ChatHandle, ChatState, Client, OutboxItem } from '@colloquy/client';
import type { Attachment, Json } from '@colloquy/contracts';
import { emptyView } from '@colloquy/transcript';
import { createContext, use } from 'react';
import { createStore, useStore, type StoreApi } from 'zustand';
import { createTranscriptRelay, type TranscriptRelay } from './transcript-handle.ts';

/** What a screen shows of one chat: what the client knows, and what was opened by hand. */
export interface ChatScreen extends ChatState {
  /** Entries that were opened or closed by hand; they outlive their rows. */
  readonly opened: ReadonlyMap<string, boolean>;
  /** Commands that the log refused while their words stood here as not sent: that is said there, once. */
  readonly refused?: ReadonlySet<string>;
}

/** One open chat on the screen. */
export interface ChatStore {
  readonly chatId: string;
  readonly screen: StoreApi<ChatScreen>;
  /** True of what is only looked at: an older version, a chat by its link. Nothing can be said, answered or changed. */
  readonly readOnly: boolean;
  /** Moves its transcript. */
  readonly transcript: TranscriptRelay;
  /** Opens the chat; the function that is returned closes it. */
  open(): () => void;
  send(text: string, attachments?: readonly Attachment[]): void;
  /** Says something else instead of what the person said; what followed becomes an older version. */
  edit(messageId: string, text: string, attachments?: readonly Attachment[]): void;
  /** Answers again: the newest answer, or the message named; once at a time. What followed becomes an older version. */
  regenerate(messageId?: string): void;
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
  const loadHistory = async (): Promise<void> => handle?.loadHistory();
  const show = (state: ChatState): void => {
    screen.setState(({ refused }) => ({ ...state, ...refusedOf(state.outbox, refused) }));
  };
  return {
    chatId,
    screen,
    readOnly: false,
    transcript: createTranscriptRelay({ view: () => screen.getState().chat, loadHistory }),
    open() {
      const opened = client.openChat(chatId);
      handle = opened;
      show(opened.getView());
      const off = opened.subscribe(() => {
        show(opened.getView());
      });
      return () => {
        off();
        opened.close();
        handle = undefined;
      };
    },
    send: (text, attachments) => void handle?.send(text, attachments),
    edit: (messageId, text, attachments) => void handle?.edit(messageId, text, attachments),
    regenerate(messageId) {
      if (!screen.getState().outbox.some(isRegenerating)) handle?.regenerate(messageId);
    },
    answer: (requestId, value, comment) => void handle?.answer(requestId, value, comment),
    cancel: () => void handle?.cancel(),
    retry: (key) => handle?.retry(key),
    discard: (key) => handle?.discard(key),
    loadHistory,
    restore: () => client.api.restoreChat(chatId),
    setOpened(key, opened) {
      screen.setState((state) => ({ opened: new Map(state.opened).set(key, opened) }));
    },
  };
}

/** Whether this asks for another answer and may still get it. */
export function isRegenerating({ command, state }: OutboxItem): boolean {
  return command.kind === 'regenerate' && state !== 'failed';
}

function refusedOf(
  outbox: readonly OutboxItem[],
  known: ReadonlySet<string> = new Set(),
): { readonly refused?: ReadonlySet<string> } {
  const fresh = outbox.flatMap(({ refusedAs }) => (refusedAs === undefined || known.has(refusedAs) ? [] : refusedAs));
  return fresh.length === 0 ? {} : { refused: new Set([...known, ...fresh]) };
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
