import { emptyView, type ChatView } from '@colloquy/transcript';
import { createStore } from 'zustand';
import type { ChatScreen, ChatStore } from './chat-store.ts';
import { createTranscriptRelay } from './transcript-handle.ts';

/** A store of something that is only looked at. */
export interface ReadOnlyStore extends ChatStore {
  /** Shows this view from now on. */
  show(chat: ChatView): void;
}

const nothing = (): void => undefined;

/** A store that shows views as they are given to it, by the same parts that show an open chat; nothing can be said. */
export function createReadOnlyStore(chatId: string, chat: ChatView = emptyView(chatId)): ReadOnlyStore {
  const screen = createStore<ChatScreen>(() => ({
    chat,
    outbox: [],
    phase: 'live',
    error: undefined,
    opened: new Map<string, boolean>(),
  }));
  const loadHistory = (): Promise<void> => Promise.resolve();
  return {
    chatId,
    screen,
    readOnly: true,
    transcript: createTranscriptRelay({ view: () => screen.getState().chat, loadHistory }),
    show(next) {
      screen.setState({ chat: next });
    },
    open: () => nothing,
    send: nothing,
    edit: nothing,
    regenerate: nothing,
    answer: nothing,
    cancel: nothing,
    retry: nothing,
    discard: nothing,
    loadHistory,
    restore: () => Promise.resolve(),
    setOpened(key, opened) {
      screen.setState((state) => ({ opened: new Map(state.opened).set(key, opened) }));
    },
  };
}
