/** What tests of rows need: a chat from events, and its rows on a page. */
import { createClient, type Client, type OutboxItem } from '@colloquy/client';
import type { ChatEvent, NewEvent } from '@colloquy/contracts';
import { applyCommits, emptyView, type ChatView } from '@colloquy/transcript';
import { cleanup, configure, render } from '@testing-library/react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { Suspense } from 'react';
import { ClientProvider } from '../shell/client-provider.tsx';
import { ChatStoreContext, createChatStore } from './chat-store.ts';
import type { SeenMark } from './news.ts';
import { rowsOf } from './rows.ts';
import { Team } from './team.tsx';
import type { MovableList } from './transcript-handle.ts';
import { TranscriptRow } from './transcript-row.tsx';

/** Lazy parts come from disk here, and the machine may be busy. */
configure({ asyncUtilTimeout: 10_000 });

/** What is loaded lazily is loaded first: nothing may still be on its way when the last test is over. */
export async function prepare(): Promise<void> {
  await Promise.all([
    import('../markdown/markdown-body.tsx'),
    import('./actions/message-toolbar.tsx'),
    import('./answer-pending.tsx'),
    import('./message-files.tsx'),
    import('./row-words.de.ts'),
    import('./structured-view.tsx'),
    import('./tool-details.tsx'),
  ]);
}

const clients: Client[] = [];
/** Leaves nothing of a test behind. */
export function tidy(): void {
  cleanup();
  for (const client of clients.splice(0)) client.close();
}

export const CHAT = 'chat-0000-0000-0001';
export const RUN = 'run-0000-0000-0001';
export const CHILD = 'run-0000-0000-0002';
export const CALL = 'call-0000-0000-0001';
export const about = { workflow: 'a', workflowHash: 'h', engineVersion: 1, trigger: 2, variables: {}, worker: 'w' };
const AGENTS = [
  { name: 'planner', title: 'The planner', description: '' },
  { name: 'writer', title: 'The writer', description: '' },
] as unknown as Parameters<typeof Team>[0]['agents'];
export const begin: NewEvent[] = [
  { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} },
  { type: 'user_message', messageId: 'message-0000-0001', commandId: 'command-0000-0001', text: 'Hello' },
  { type: 'run_started', runId: RUN, ...about },
];
export const spoke = (messageId: string, agent: string, more: object = {}): NewEvent => ({
  type: 'text',
  runId: RUN,
  agent,
  messageId,
  text: 'Good day.',
  finishReason: 'stop',
  ...more,
});
export const call = (more: object = {}): NewEvent => ({
  type: 'tool_call',
  runId: RUN,
  agent: 'writer',
  callId: CALL,
  tool: 'search_docs',
  arguments: { query: 'crash' },
  messageId: 'message-0000-0003',
  approval: 'none',
  ...more,
});
export const start: NewEvent = { type: 'tool_started', runId: RUN, agent: 'writer', callId: CALL, attempt: 1 };
export const response = (outcome: object): NewEvent =>
  ({
    type: 'tool_response',
    runId: RUN,
    agent: 'writer',
    callId: CALL,
    ms: 1_250,
    ...outcome,
  }) as NewEvent;

export function viewOf(events: readonly NewEvent[], step = 1): ChatView {
  const placed = events.map((event, index): ChatEvent => {
    const at = new Date(Date.UTC(2026, 0, 1, 12, 0, index * step)).toISOString();
    return { ...event, seq: index + 1, at };
  });
  return applyCommits(emptyView(CHAT), { events: placed, deltas: [] });
}

export interface Shown {
  readonly chat: ChatView;
  readonly outbox?: readonly OutboxItem[];
  readonly unread?: SeenMark;
}

/** All rows of a chat, one below the other; gives where its list is moved. */
export function show({ chat, outbox = [], unread }: Shown) {
  // Nobody is signed in, so nothing connects: an open socket would outlive the test.
  globalThis.fetch = () => new Promise<Response>(() => undefined);
  const client = createClient({ baseUrl: 'http://127.0.0.1:9' });
  clients.push(client);
  const store = createChatStore(client, CHAT);
  store.screen.setState({ chat });
  const moves: string[] = [];
  const list: MovableList = { show: (key) => moves.push(key), end: () => moves.push('end') };
  store.transcript.attach(list);
  const draw = (now: ChatView) => {
    const rows = rowsOf({ chat: now, outbox, unread });
    return (
      <QueryClientProvider
        client={new QueryClient({ defaultOptions: { queries: { retry: false, gcTime: Infinity } } })}
      >
        <ClientProvider>
          <ChatStoreContext value={store}>
            <Team agents={AGENTS}>
              <Suspense>
                {Array.from({ length: rows.count }, (_, index) => {
                  const row = rows.at(index);
                  return row === undefined ? null : <TranscriptRow key={rows.keyOf(index)} row={row} />;
                })}
              </Suspense>
            </Team>
          </ChatStoreContext>
        </ClientProvider>
      </QueryClientProvider>
    );
  };
  const { rerender } = render(draw(chat));
  return {
    moves,
    become: (now: ChatView) => {
      store.screen.setState({ chat: now });
      rerender(draw(now));
    },
  };
}
