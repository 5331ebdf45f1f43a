/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { createClient, type Client } from '@colloquy/client';
import type { Inbox } from '@colloquy/contracts';
import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, render, screen, waitFor } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { answerDraftKey } from '../chat/answer-draft.ts';
import { draftOf, writeDraft } from '../chat/draft-store.ts';
import { LanguageProvider } from '../i18n/language-provider.tsx';
import { SignInContext } from '../shell/client-provider.tsx';
import { InboxPage } from './inbox-page.tsx';

configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);
notifyManager.setNotifyFunction((tell) => {
  act(tell);
});

const CHAT = 'chat-0000-0000-0001';
const REQUEST = 'request-0000-0001';
const COMMAND = 'command-0000-0001';
const ASKED = {
  chats: [
    {
      chatId: CHAT,
      title: 'Refund',
      workflow: 'desk',
      status: 'waiting',
      updatedAt: '2026-01-01T00:00:00.000Z',
      lastSeq: 5,
      requests: [{ requestId: REQUEST, kind: 'approval', prompt: 'Pay 20 dollars back?', schema: { type: 'boolean' } }],
    },
  ],
} as unknown as Inbox;

let client: Client | undefined;

/** A service with one question; what it says can be changed. */
function show(service: { inbox: Inbox; events: readonly object[] }) {
  const queries = new QueryClient();
  const answers: unknown[] = [];
  client = createClient({
    baseUrl: 'http://here',
    token: 'a',
    fetch: async (input, init) => {
      const { pathname } = new URL(input instanceof Request ? input.url : String(input));
      if (pathname === '/v1/inbox') return Response.json(service.inbox);
      if (pathname === '/v1/workflows') return Response.json({ workflows: [] });
      if (pathname.endsWith('/events')) return Response.json({ events: service.events });
      answers.push(await new Response(init?.body ?? null).json());
      return Response.json({ commandId: COMMAND }, { status: 202 });
    },
  });
  const me = { userId: 'ada', guest: true, demoModel: true };
  render(
    <QueryClientProvider client={queries}>
      <LanguageProvider language="en">
        <SignInContext value={{ client, me, error: null, retry: () => undefined }}>
          <InboxPage onMenu={() => undefined} />
        </SignInContext>
      </LanguageProvider>
    </QueryClientProvider>,
  );
  return { answers, refresh: () => queries.invalidateQueries({ queryKey: ['inbox'] }) };
}

describe('the inbox', () => {
  afterEach(() => {
    cleanup();
    client?.close();
  });

  it('takes an answer, and lets go of what was written once the question is gone', async () => {
    const service = { inbox: ASKED, events: [] };
    const { answers, refresh } = show(service);
    expect(await screen.findByText('Pay 20 dollars back?')).toBeDefined();
    act(() => {
      writeDraft(answerDraftKey(REQUEST), { text: '{"comment":"Well"}' });
    });
    await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
    expect(await screen.findByText('Answered.')).toBeDefined();
    expect(answers).toMatchObject([{ value: true }]);
    expect(draftOf(answerDraftKey(REQUEST)).text).not.toBe('');
    service.inbox = { chats: [] };
    await act(refresh);
    expect(await screen.findByText('Nothing waits for you')).toBeDefined();
    expect(draftOf(answerDraftKey(REQUEST)).text).toBe('');
  });

  it('opens a question again whose answer the log refuses', async () => {
    const service = { inbox: ASKED, events: [] as object[] };
    const { refresh } = show(service);
    await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
    await screen.findByText('Answered.');
    const [chat] = ASKED.chats;
    service.events = [
      { type: 'command_rejected', seq: 6, at: '', commandId: COMMAND, code: 'invalid_value', message: 'Not that.' },
    ];
    service.inbox = { chats: chat === undefined ? [] : [{ ...chat, lastSeq: 6 }] };
    await act(refresh);
    expect((await screen.findByRole('alert')).textContent).toBe('Your answer was not taken: Not that.');
    await waitFor(() => {
      expect(screen.getByRole('button', { name: 'Approve' }).matches(':disabled')).toBe(false);
    });
  });
});
