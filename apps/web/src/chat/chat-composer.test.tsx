/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ChatHandle, ChatState, Client } from '@colloquy/client';
import type { Attachment } from '@colloquy/contracts';
import { emptyView } from '@colloquy/transcript';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import { ClientProvider } from '../shell/client-provider.tsx';
import { ChatComposer } from './chat-composer.tsx';
import { ChatStoreContext, createChatStore } from './chat-store.ts';
import { changeFile, draftOf, writeDraft } from './draft-store.ts';
import { setHold } from './hold-store.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);

const CHAT = 'chat-held-0000-0001';
const attachment: Attachment = { fileId: 'file-0000-0000-0001', name: 'a.txt', type: 'text/plain', size: 5 };

/** The composer of a chat as it is opened, with what becomes of the chat. */
function open() {
  const sent: { readonly text: string; readonly files: readonly Attachment[] }[] = [];
  const view = (status: 'idle' | 'running', lastSeq: number): ChatState => ({
    ...{ chat: { ...emptyView(CHAT), status, lastSeq }, outbox: [], phase: 'live', error: undefined },
  });
  const handle: Partial<ChatHandle> = {
    getView: () => view('idle', 0),
    subscribe: () => () => undefined,
    send: (text, files = []) => {
      sent.push({ text, files });
      return { key: 'key-1', chatId: CHAT, command: { kind: 'cancel' }, at: 0, state: 'sending', attempts: 0 };
    },
    close: () => undefined,
  };
  const client: Partial<Client> = { outboxOf: () => [], openChat: () => handle as ChatHandle };
  const store = createChatStore(client as Client, CHAT);
  store.open();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider>
        <ChatStoreContext value={store}>
          <ChatComposer />
        </ChatStoreContext>
      </ClientProvider>
    </QueryClientProvider>,
  );
  const become = (status: 'idle' | 'running'): void => {
    act(() => {
      store.screen.setState(view(status, 5));
    });
  };
  return { sent, become };
}

describe('a message that waits for the run to stop', () => {
  beforeEach(() => {
    // Nobody is signed in, so nothing connects.
    globalThis.fetch = () => new Promise<Response>(() => undefined);
  });
  afterEach(cleanup);

  it('is held over another chat, until the chat is known to rest and its files are up', async () => {
    const coming = { id: '1', name: 'a.txt', type: 'text/plain', size: 5, loaded: 0 };
    writeDraft(CHAT, { text: 'Instead', files: [coming] });
    setHold(CHAT, 'stop');
    open();
    expect(await screen.findByText(/Sends when the run has stopped/)).toBeDefined();
    cleanup();
    const { sent, become } = open();
    become('running');
    expect(await screen.findByText(/Sends when the run has stopped/)).toBeDefined();
    become('idle');
    expect(await screen.findByText(/Sends when the file is uploaded/)).toBeDefined();
    expect(sent).toEqual([]);
    act(() => {
      changeFile(CHAT, '1', { attachment });
    });
    await waitFor(() => {
      expect(sent).toEqual([{ text: 'Instead', files: [attachment] }]);
    });
    expect(draftOf(CHAT)).toMatchObject({ text: '', files: [] });
  });
});
