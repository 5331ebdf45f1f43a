import { describe, expect, it } from '@jest/globals';
import { createClient, type OutboxItem } from '@colloquy/client';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { applyCommits, emptyView } from '@colloquy/transcript';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { prerender } from 'react-dom/static';
import { ClientProvider } from '../shell/client-provider.tsx';
import { ChatStoreContext, createChatStore } from './chat-store.ts';
import { rowsOf } from './rows.ts';
import { TranscriptRow } from './transcript-row.tsx';

const CHAT = 'chat-0000-0000-0001';
const RUN = 'run-0000-0000-0001';
const CHILD = 'run-0000-0000-0002';
const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} };
const started = (runId: string, more: object = {}): NewEvent => ({
  type: 'run_started',
  runId,
  workflow: 'a',
  workflowHash: 'h',
  engineVersion: 1,
  trigger: 2,
  variables: {},
  worker: 'w',
  ...more,
});
const said = (messageId: string, text: string, more: object = {}): NewEvent => ({
  type: 'user_message',
  messageId,
  commandId: messageId,
  text,
  ...more,
});

/** What each row of a chat with these events looks like, drawn as the server draws it, with what comes later. */
function drawn(...events: NewEvent[]): Promise<string[]> {
  return drawnWith([], events);
}

async function drawnWith(outbox: readonly OutboxItem[], events: readonly NewEvent[]): Promise<string[]> {
  const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
  const placed = events.map((event, index): ChatEvent => ({ ...event, seq: index + 1, at }));
  const chat = applyCommits(emptyView(CHAT), { events: placed, deltas: [] });
  const store = createChatStore(createClient({ baseUrl: 'http://127.0.0.1:9' }), CHAT);
  const rows = rowsOf({ chat, outbox });
  const drawing = Array.from({ length: rows.count }, async (_, index) => {
    const row = rows.at(index);
    if (row === undefined) throw new Error('there is no such row');
    const { prelude } = await prerender(
      <QueryClientProvider client={new QueryClient()}>
        <ClientProvider>
          <ChatStoreContext value={store}>
            <TranscriptRow row={row} />
          </ChatStoreContext>
        </ClientProvider>
      </QueryClientProvider>,
    );
    return new Response(prelude).text();
  });
  return Promise.all(drawing);
}

describe('a row of the transcript', () => {
  it('of a guardrail says what it says of itself, when it does, as text', async () => {
    const tripped = {
      type: 'guardrail_tripped',
      runId: RUN,
      name: 'no_secrets',
      on: 'output',
      action: 'block',
      detail: null,
    } as const;
    const rows = await drawn(created, said('message-00000001', 'Hi'), started(RUN), tripped, {
      ...tripped,
      message: 'It has a <b>password</b>.',
    });
    const guardrails = rows.filter((row) => row.includes('data-entry="guardrail"'));
    expect(guardrails).toHaveLength(2);
    expect(guardrails[0]).toContain('no_secrets');
    expect(guardrails[0]).not.toContain('password');
    expect(guardrails[1]).toContain('It has a &lt;b&gt;password&lt;/b&gt;.');
  });

  it('of a child run says that it began and how it failed, and nothing of how it went well', async () => {
    const child = { parentRunId: RUN, branch: 'research', forkSeq: 3 };
    const rows = await drawn(
      created,
      said('message-00000001', 'Hi'),
      started(RUN),
      started(CHILD, child),
      { type: 'run_failed', runId: CHILD, error: { code: 'model_error', message: 'It was away.', retryable: false } },
      { type: 'run_completed', runId: RUN, reason: { code: 'no_next_speaker', text: 'Done' } },
    );
    const page = rows.join('\n');
    expect(page).toContain('Research begins');
    expect(page).toContain('It was away.');
    expect(page).toContain('data-phase="completed"');
  });

  it('of a question has its form, whatever its schema is', async () => {
    const ask = (requestId: string, schema?: object): NewEvent => ({
      type: 'input_request',
      requestId,
      runId: RUN,
      kind: 'form',
      prompt: `Where to? ${requestId}`,
      ...(schema === undefined ? {} : { schema: schema as Record<string, string> }),
    });
    const properties = { city: { type: 'string' }, nights: { type: 'integer' }, sea: { type: 'boolean' }, odd: true };
    const rows = await drawn(
      created,
      said('message-00000001', 'Hi'),
      started(RUN),
      ask('request-00000001', { type: 'object', properties, required: ['city'] }),
      ask('request-00000002'),
      ask('request-00000003', { type: 'array', items: { $ref: '#/nowhere' } }),
    );
    const questions = rows.filter((row) => row.includes('data-entry="question"'));
    expect(questions).toHaveLength(3);
    for (const question of questions) expect(question).toContain('<form');
    expect(questions[0]).toContain('name="city"');
  });

  it('of a message that was edited is the newest version of it, alone', async () => {
    const rows = await drawn(
      created,
      said('message-00000001', 'First try'),
      started(RUN),
      { type: 'run_cancelled', runId: RUN, by: 'ada', commandId: 'message-00000002' },
      { type: 'rewound', toSeq: 1, commandId: 'message-00000002' },
      said('message-00000002', 'Second try', { edits: 'message-00000001' }),
    );
    const page = rows.join('\n');
    expect(page).toContain('Second try');
    expect(page).not.toContain('First try');
  });

  it('P7: of what the budget of the day refused says so, and what can be done', async () => {
    const detail = 'All that you may use today is used up.';
    const item: OutboxItem = {
      key: 'key-0000-0000-0001',
      chatId: CHAT,
      command: { kind: 'message', text: 'Hello' },
      at: 0,
      state: 'failed',
      attempts: 1,
      failure: { status: 429, code: 'user_budget', detail },
    };
    const page = (await drawnWith([item], [created])).join('\n');
    for (const shown of ['Hello', detail, 'Try again', 'Discard']) expect(page).toContain(shown);
  });
});
