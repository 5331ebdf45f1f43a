/** @jest-environment @happy-dom/jest-environment */
/** What was written and is not on the log. Promise P7: it is not lost, whatever becomes of it. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { ChatHandle, ChatState, Client, OutboxCommand, OutboxItem } from '@colloquy/client';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { applyCommits, emptyView } from '@colloquy/transcript';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, render, screen } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { ClientProvider } from '../../shell/client-provider.tsx';
import { ChatStoreContext, createChatStore, useScreen } from '../chat-store.ts';
import { clearDraft, draftOf, NEW_DRAFT } from '../draft-store.ts';
import { rowsOf } from '../rows.ts';
import { TranscriptRow } from '../transcript-row.tsx';
import { setDoing } from './doing-store.ts';
import { editKey } from './edit-draft.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);

const RUN = 'run-0000-0000-0001';
const ASKED = 'message-0000-0001';
const ANSWER = 'message-0000-0002';
const begin: NewEvent[] = [
  { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} },
  { type: 'user_message', messageId: ASKED, commandId: ASKED, text: 'Where to?', by: 'ada' },
  {
    ...{ type: 'run_started', runId: RUN, workflow: 'a', workflowHash: 'h', engineVersion: 1 },
    ...{ trigger: 2, variables: {}, worker: 'w' },
  },
  { type: 'text', runId: RUN, agent: 'planner', messageId: ANSWER, text: 'Home.', finishReason: 'stop' },
  { type: 'run_completed', runId: RUN, reason: { code: 'no_next_speaker', text: 'Done' } },
];
const rejected: NewEvent = {
  type: 'command_rejected',
  commandId: 'command-0000-0001',
  code: 'chat_busy',
  message: 'This chat is busy.',
};

let chats = 0;

/** A chat on the screen as the client gives it; `asked` is what the person does with it. */
function open(events: readonly NewEvent[], ...outbox: OutboxItem[]) {
  const chatId = `chat-unsent-0000-${String(++chats)}`;
  const asked: string[] = [];
  const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
  const placed = events.map((event, index): ChatEvent => ({ ...event, seq: index + 1, at }));
  const chat = applyCommits(emptyView(chatId), { events: placed, deltas: [] });
  let state: ChatState = { chat, outbox, phase: 'live', error: undefined };
  const listeners = new Set<() => void>();
  const change = (now: readonly OutboxItem[]): void => {
    state = { ...state, outbox: now };
    for (const listener of listeners) listener();
  };
  const handle: Partial<ChatHandle> = {
    getView: () => state,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    regenerate: (messageId) => {
      asked.push('regenerate');
      const again = item({ kind: 'regenerate', ...(messageId === undefined ? {} : { messageId }) });
      change([...state.outbox, again]);
      return again;
    },
    retry: () => void asked.push('retry'),
    discard: (key) => {
      asked.push('discard');
      change(state.outbox.filter((other) => other.key !== key));
    },
    close: () => undefined,
  };
  const client: Partial<Client> = { outboxOf: () => state.outbox, openChat: () => handle as ChatHandle };
  const store = createChatStore(client as Client, chatId);
  store.open();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider>
        <ChatStoreContext value={store}>
          <Rows />
        </ChatStoreContext>
      </ClientProvider>
    </QueryClientProvider>,
  );
  return { chatId, store, asked, change };
}

function Rows() {
  const rows = rowsOf({ chat: useScreen(({ chat }) => chat), outbox: useScreen(({ outbox }) => outbox) });
  return Array.from({ length: rows.count }, (_, index) => {
    const row = rows.at(index);
    return row === undefined ? null : <TranscriptRow key={rows.keyOf(index)} row={row} />;
  });
}

function item(command: OutboxCommand, more: Partial<OutboxItem> = {}): OutboxItem {
  return { key: 'key-0000-0000-0001', chatId: 'any', command, at: 0, state: 'sending', attempts: 1, ...more };
}

const refused = {
  state: 'failed',
  refusedAs: 'command-0000-0001',
  failure: { status: 409, code: 'chat_busy', detail: 'This chat is busy.' },
} as const;
const button = (name: string): Promise<HTMLElement> => screen.findByRole('button', { name });
const field = async (): Promise<HTMLTextAreaElement> => screen.findByRole('textbox', { name: 'Change your message' });

beforeEach(() => {
  // Nobody is signed in, so nothing connects.
  globalThis.fetch = () => new Promise<Response>(() => undefined);
  localStorage.clear();
  clearDraft(NEW_DRAFT);
});

afterEach(cleanup);

describe('words that are not on the log', () => {
  it('stand as not sent when the log refused them, said once, and go back to where they were written', async () => {
    const { chatId, asked, change } = open([...begin, rejected], item({ kind: 'message', text: 'And now?' }, refused));
    expect((await screen.findByRole('alert')).textContent).toContain('This chat is busy.');
    expect(document.querySelector('[data-entry="rejected"]')).toBeNull();
    await userEvent.click(await button('Try again'));
    await userEvent.click(await button('Edit'));
    expect(asked).toEqual(['retry', 'discard']);
    expect(draftOf(chatId).text).toBe('And now?');
    act(() => {
      change([]);
    });
    expect(document.querySelector('[data-entry="rejected"]')).toBeNull();
  });

  it('of a command of another page leave a line that says so', () => {
    open([...begin, rejected]);
    expect(document.querySelector('[data-entry="rejected"]')?.textContent).toContain('This chat is busy.');
  });

  it('of a refused change go back into the editor', async () => {
    const edit = item({ kind: 'edit', messageId: ASKED, text: 'Where from?' }, refused);
    const { asked } = open(begin, edit);
    const alert = await screen.findByRole('alert');
    await userEvent.click([...alert.querySelectorAll('button')].find((one) => one.textContent === 'Edit') as Element);
    expect((await field()).value).toBe('Where from?');
    expect(asked).toEqual(['discard']);
  });

  it('of a change whose message is gone stand below, are not tried again, and go into a new message', async () => {
    const failure = { status: 409, code: 'message_not_found', detail: 'There is no such message.' };
    const edit = item({ kind: 'edit', messageId: 'message-0000-0099', text: 'Where from?' }, { ...refused, failure });
    const { chatId } = open(begin.slice(0, 1), edit);
    expect(await screen.findByText('Where from?')).toBeDefined();
    expect(screen.queryByRole('button', { name: 'Try again' })).toBeNull();
    await userEvent.click(await button('Edit'));
    expect(draftOf(chatId).text).toBe('Where from?');
  });

  it('of a beginning that failed go into the next new chat, with the same team', async () => {
    window.history.replaceState(null, '', '/c/chat-unsent-0000-0000');
    open([], item({ kind: 'create', workflow: 'team', text: 'Hello' }, { state: 'failed' }));
    await userEvent.click(await button('Edit'));
    expect(draftOf(NEW_DRAFT).text).toBe('Hello');
    expect(window.location.pathname + window.location.search).toBe('/?workflow=team');
  });

  it('in the editor outlive Escape, another chat and the page, and go by Cancel', async () => {
    const { chatId } = open(begin);
    await userEvent.click(await button('Edit'));
    await userEvent.type(await field(), ' Or not?{Escape}');
    expect(screen.queryByRole('textbox')).toBeNull();
    act(() => {
      setDoing('chat-of-somebody-0001', { searching: true });
    });
    expect(localStorage.getItem(`colloquy.draft.${editKey(chatId, ASKED)}`)).toContain('Where to? Or not?');
    await userEvent.click(await button('Edit'));
    expect((await field()).value).toBe('Where to? Or not?');
    await userEvent.clear(await field());
    expect((await field()).value).toBe('');
    await userEvent.click(await button('Cancel'));
    await userEvent.click(await button('Edit'));
    expect((await field()).value).toBe('Where to?');
    await userEvent.keyboard('{Escape}');
    expect(localStorage.getItem(`colloquy.draft.${editKey(chatId, ASKED)}`)).toBeNull();
  });
});

describe('another answer', () => {
  it('is asked for once at a time', async () => {
    const { store, asked } = open(begin);
    await userEvent.click(await button('Answer again'));
    expect(screen.queryByRole('button', { name: 'Answer again' })).toBeNull();
    const [, more] = await screen.findAllByRole('button', { name: 'More' });
    await userEvent.click(more as HTMLElement);
    await screen.findByRole('menu');
    expect(screen.queryByRole('menuitem', { name: /Answer again/ })).toBeNull();
    act(() => {
      store.regenerate(ANSWER);
    });
    expect(asked).toEqual(['regenerate']);
  });
});
