/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it } from '@jest/globals';
import { createClient } from '@colloquy/client';
import { act, cleanup, renderHook } from '@testing-library/react';
import { ChatStoreContext, createChatStore, type ChatScreen, type ChatStore } from './chat-store.ts';
import { CHAT, begin, spoke, viewOf } from './shown-rows-stage.tsx';
import { useUnread } from './use-unread.ts';

function see(state: 'visible' | 'hidden'): void {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  act(() => void document.dispatchEvent(new Event('visibilitychange')));
}

function change(store: ChatStore, state: Partial<ChatScreen>): void {
  act(() => {
    store.screen.setState(state);
  });
}

describe('the line above what is new', () => {
  afterEach(cleanup);

  it('stands where the person left, also when a page that was frozen gets the rest after it is shown', () => {
    const client = createClient({ baseUrl: 'http://127.0.0.1:9' });
    const store = createChatStore(client, CHAT);
    const seen = { ...viewOf(begin), seenSeq: 3 };
    store.screen.setState({ chat: seen, phase: 'live' });
    const { result } = renderHook(useUnread, {
      wrapper: ({ children }) => <ChatStoreContext value={store}>{children}</ChatStoreContext>,
    });
    expect(result.current).toEqual({ seq: 3, upTo: 3 });
    see('hidden');
    see('visible');
    change(store, { phase: 'catching_up' });
    const chat = viewOf([...begin, spoke('message-0000-0002', 'planner'), spoke('message-0000-0004', 'writer')]);
    change(store, { chat });
    expect(result.current).toEqual({ seq: 3, upTo: 3 });
    change(store, { phase: 'live' });
    expect(result.current).toEqual({ seq: 3, upTo: 5 });
    client.close();
  });
});
