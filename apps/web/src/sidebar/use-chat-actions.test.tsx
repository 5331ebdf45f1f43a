/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createClient, type Client } from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';
import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, renderHook, waitFor } from '@testing-library/react';
import { LanguageProvider } from '../i18n/language-provider.tsx';
import { SignInContext, type SignIn } from '../shell/client-provider.tsx';
import { useToasts } from '../shell/toast-store.ts';
import { lookForReturn, newestDeletion, useDeletions } from './deletions.ts';
import { usePendingChanges } from './pending-changes.ts';
import { useChatActions } from './use-chat-actions.ts';
import { useChats } from './use-chats.ts';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);
notifyManager.setNotifyFunction((tell) => {
  act(tell);
});

const ROW = {
  chatId: 'chat-0000-0000-0001',
  title: 'Refund',
  workflow: 'desk',
  status: 'idle',
  pinned: false,
  pendingRequests: 0,
  lastText: '',
  costMicroUsd: 0,
  updatedAt: '2026-01-01T00:00:00.000Z',
  lastSeq: 5,
} as ChatRow;
const ME = { userId: 'ada', name: 'Ada', attachments: {} } as unknown as NonNullable<SignIn['me']>;

/** A service that answers commands when it is told to. */
class Service {
  readonly asked: string[] = [];
  readonly #waiting: ((answer: Response) => void)[] = [];

  readonly fetch: typeof fetch = async (input, init) => {
    const { pathname } = new URL(input instanceof Request ? input.url : String(input), 'http://here');
    const method = init?.method ?? 'GET';
    if (method === 'GET') return Response.json({ chats: [ROW] });
    this.asked.push(`${method} ${pathname.replace(ROW.chatId, ':id')}`);
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  async answer(answer = Response.json({ chatId: ROW.chatId, commandId: 'command-0000-0001' }, { status: 202 })) {
    await act(async () => {
      this.#waiting.shift()?.(answer);
      await Promise.resolve();
    });
  }
}

let client: Client | undefined;

async function show() {
  const service = new Service();
  client = createClient({ baseUrl: 'http://here', token: 'a', fetch: service.fetch });
  const signIn: SignIn = { client, me: ME, error: null, retry: () => undefined };
  const queries = new QueryClient();
  const { result } = renderHook(() => ({ actions: useChatActions(), list: useChats('') }), {
    wrapper: ({ children }) => (
      <QueryClientProvider client={queries}>
        <LanguageProvider language="en">
          <SignInContext value={signIn}>{children}</SignInContext>
        </LanguageProvider>
      </QueryClientProvider>
    ),
  });
  await waitFor(() => {
    expect(result.current.list.data).toEqual([ROW]);
  });
  const shown = (): string[] => (result.current.list.data ?? []).map(({ title }) => title);
  return {
    service,
    shown,
    act: (run: (actions: typeof result.current.actions) => void) => {
      act(() => {
        run(result.current.actions);
      });
    },
  };
}

describe('a chat that is deleted and brought back', () => {
  afterEach(() => {
    cleanup();
    client?.close();
    useDeletions.setState({ deletions: [] });
    usePendingChanges.setState({ changes: new Map() });
    useToasts.setState({ toasts: [] });
  });

  it('is brought back after it is deleted, however soon that is asked for', async () => {
    const { service, shown, act: make } = await show();
    make(({ remove }) => {
      remove(ROW);
    });
    expect(shown()).toEqual([]);
    expect(useToasts.getState().toasts).toHaveLength(1);
    make(({ restore }) => {
      restore(ROW);
    });
    expect(shown()).toEqual(['Refund']);
    expect(useToasts.getState().toasts).toEqual([]);
    expect(service.asked).toEqual(['DELETE /v1/chats/:id']);
    await service.answer();
    await waitFor(() => {
      expect(service.asked).toEqual(['DELETE /v1/chats/:id', 'POST /v1/chats/:id/restore']);
    });
    expect(shown()).toEqual(['Refund']);
    expect(newestDeletion(Date.now())).toBeUndefined();
    lookForReturn({ ...ROW, lastSeq: 6 });
    expect(useDeletions.getState().deletions).toHaveLength(1);
    lookForReturn({ ...ROW, lastSeq: 7 });
    expect(useDeletions.getState().deletions).toEqual([]);
    await service.answer();
  });

  it('can be brought back still when that has failed', async () => {
    const { service, shown, act: make } = await show();
    make(({ remove }) => {
      remove(ROW);
    });
    await service.answer();
    make(({ restore }) => {
      restore(ROW);
    });
    await waitFor(() => {
      expect(service.asked).toHaveLength(2);
    });
    await service.answer(Response.json({ code: 'chat_not_found', detail: 'It is gone.' }, { status: 404 }));
    await waitFor(() => {
      expect(shown()).toEqual([]);
    });
    expect(newestDeletion(Date.now())).toEqual(ROW);
  });

  it('stays away without a row that says so', async () => {
    const { service, shown, act: make } = await show();
    make(({ remove }) => {
      remove(ROW);
    });
    await service.answer();
    await waitFor(() => {
      expect(useDeletions.getState().deletions).toHaveLength(1);
      act(() => {
        usePendingChanges.setState({ changes: new Map() });
      });
      expect(shown()).toEqual([]);
    });
  });
});
