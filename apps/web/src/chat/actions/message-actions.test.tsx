/** @jest-environment @happy-dom/jest-environment */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Client } from '@colloquy/client';
import { publicEvent, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { applyCommits, documentOf, recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { useEffect, useState } from 'react';
import { ClientProvider, useClient } from '../../shell/client-provider.tsx';
import { Announcer } from '../../shell/announcer.tsx';
import { ChatStoreContext, createChatStore, useScreen, type ChatStore } from '../chat-store.ts';
import { clearDraft, draftOf } from '../draft-store.ts';
import { rowsOf } from '../rows.ts';
import { TranscriptRow } from '../transcript-row.tsx';
import { ChatExtras } from './chat-extras.tsx';
import { doingIn } from './doing-store.ts';
import { beginEdit } from './edit-draft.ts';

/** Lazy parts come from disk here, and the machine may be busy. */
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(60_000);

const RUN = 'run-0000-0000-0001';
const id = (name: string): string => `${name}-000000000000`.slice(0, 16);
const created: NewEvent = { type: 'chat_created', ownerId: 'ada', workflow: 'a', variables: {} };
const said = (name: string, text: string, more: object = {}): NewEvent => ({
  type: 'user_message',
  messageId: id(name),
  commandId: id(name),
  text,
  by: 'ada',
  ...more,
});
const answered = (name: string, text: string, trigger = 2): NewEvent[] => [
  {
    type: 'run_started',
    runId: RUN,
    workflow: 'a',
    workflowHash: 'h',
    engineVersion: 1,
    trigger,
    variables: {},
    worker: 'w',
  },
  { type: 'text', runId: RUN, agent: 'planner', messageId: id(name), text, finishReason: 'stop' },
  { type: 'run_completed', runId: RUN, reason: { code: 'no_next_speaker', text: 'Done' } },
];

/** A call that changes something. */
interface Call {
  readonly path: string;
  readonly key: string | null;
  readonly body: unknown;
}

/** A service with one chat; `fates` are the statuses of the next commands. */
class Service {
  readonly calls: Call[] = [];
  readonly fates: number[] = [];
  readonly chatId: string;
  readonly #log: PlacedCommit[];

  constructor(chatId: string, events: readonly NewEvent[]) {
    this.chatId = chatId;
    const at = new Date(Date.UTC(2026, 0, 1)).toISOString();
    const placed = events.map((event, index): ChatEvent => ({ ...event, seq: index + 1, at }));
    this.#log = [{ epoch: 'epoch1', streamSeq: 1, commit: { v: 1, chatId, events: placed, deltas: [] } }];
    globalThis.fetch = (input, init) =>
      this.#answer(new URL(input instanceof Request ? input.url : input, location.href), init);
  }

  of(part: string): Call[] {
    return this.calls.filter(({ path }) => path.endsWith(part));
  }

  #answer({ pathname }: URL, init: RequestInit = {}): Promise<Response> {
    if ((init.method ?? 'GET') !== 'GET') return Promise.resolve(this.#command(pathname, init));
    if (pathname === '/v1/me') return Promise.resolve(Response.json({ userId: 'ada', attachments: {} }));
    if (pathname === `/v1/chats/${this.chatId}`) {
      const record = recordOfLog(this.#log, publicEvent);
      return Promise.resolve(Response.json(record && documentOf(record)));
    }
    return Promise.resolve(Response.json({ workflows: [], chats: [] }));
  }

  #command(path: string, init: RequestInit): Response {
    const key = new Headers(init.headers).get('idempotency-key');
    this.calls.push({ path, key, body: JSON.parse(typeof init.body === 'string' ? init.body : 'null') });
    const status = path.endsWith('/seen') ? 202 : (this.fates.shift() ?? 202);
    if (status >= 400)
      return Response.json(
        { status, code: status === 503 ? 'busy' : 'invalid_request', detail: 'It says no.' },
        { status },
      );
    return Response.json({ commandId: id('command'), chatId: 'chat-of-the-fork-01' }, { status });
  }
}

function Rows() {
  const chat = useScreen((state) => state.chat);
  const outbox = useScreen((state) => state.outbox);
  const rows = rowsOf({ chat, outbox });
  return Array.from({ length: rows.count }, (_, index) => {
    const row = rows.at(index);
    return row === undefined ? null : <TranscriptRow key={rows.keyOf(index)} row={row} />;
  });
}

let store: ChatStore | undefined;

function Opened({ client, chatId }: { readonly client: Client; readonly chatId: string }) {
  const [made] = useState(() => createChatStore(client, chatId));
  useEffect(() => {
    store = made;
    return made.open();
  }, [made]);
  return (
    <ChatStoreContext value={made}>
      <div role="log" tabIndex={-1}>
        <Rows />
      </div>
      <ChatExtras />
    </ChatStoreContext>
  );
}

function Harness({ chatId }: { readonly chatId: string }) {
  const client = useClient();
  return client === undefined ? null : <Opened client={client} chatId={chatId} />;
}

let chats = 0;

/** Opens a chat with these events, with the parts that a page has. */
async function open(...events: NewEvent[]) {
  chats += 1;
  const chatId = `chat-0000-0000-000${String(chats)}`;
  window.history.replaceState(null, '', `/c/${chatId}`);
  const service = new Service(chatId, [created, ...events]);
  const user = userEvent.setup();
  render(
    <QueryClientProvider client={new QueryClient()}>
      <ClientProvider>
        <Harness chatId={chatId} />
        <Announcer />
      </ClientProvider>
    </QueryClientProvider>,
  );
  const article = async (text: string): Promise<HTMLElement> => {
    const found = (await screen.findByText(text)).closest('article');
    if (found === null) throw new Error(`no message says "${text}"`);
    return found;
  };
  const menuOf = async (text: string): Promise<HTMLElement> => {
    await user.click(await within(await article(text)).findByRole('button', { name: 'More' }));
    return screen.findByRole('menu');
  };
  return { chatId, service, user, article, menuOf };
}

/** What the log shows next. */
function append(...events: NewEvent[]): void {
  act(() => {
    const chat = store?.screen.getState().chat;
    if (chat === undefined) return;
    const at = new Date(Date.UTC(2026, 0, 2)).toISOString();
    const placed = events.map((event, index): ChatEvent => ({ ...event, seq: chat.lastSeq + 1 + index, at }));
    store?.screen.setState({ chat: applyCommits(chat, { events: placed, deltas: [] }) });
  });
}

const ONE = [said('m1', 'Where to?'), ...answered('a1', 'To the **harbour**.')];

beforeEach(() => {
  localStorage.clear();
});

afterEach(cleanup);

describe('a message of the person', () => {
  it('is changed in its place, by keys, and shows as it will be until the log has it', async () => {
    const { service, user, article } = await open(...ONE);
    await user.click(await within(await article('Where to?')).findByRole('button', { name: 'Edit' }));
    const field = await screen.findByRole('textbox', { name: 'Change your message' });
    expect(document.activeElement).toBe(field);
    expect(screen.getByText(/What follows becomes an older version/)).toBeTruthy();
    expect(screen.getByRole<HTMLButtonElement>('button', { name: 'Save and send' }).disabled).toBe(true);
    await user.clear(field);
    await user.type(field, 'Where from?');
    await user.keyboard('{Control>}{Enter}{/Control}');
    expect(await article('Where from?')).toBeTruthy();
    expect(screen.queryByText('Where to?')).toBeNull();
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(await screen.findByText(/Sending/)).toBeTruthy();
    await waitFor(() => {
      expect(service.of('/edit').map(({ body }) => body)).toEqual([{ messageId: id('m1'), text: 'Where from?' }]);
    });
    expect(screen.getByTestId('announcer').textContent).toBe('Your changed message is sent.');
  });

  it('is left as it was by Escape, which stops nothing else', async () => {
    const { service, user, article } = await open(...ONE);
    const heard = jest.fn();
    window.addEventListener('keydown', heard);
    await user.click(await within(await article('Where to?')).findByRole('button', { name: 'Edit' }));
    await user.type(await screen.findByRole('textbox', { name: 'Change your message' }), ' Or not?');
    heard.mockClear();
    await user.keyboard('{Escape}');
    expect(await article('Where to?')).toBeTruthy();
    expect(screen.queryByRole('textbox')).toBeNull();
    expect(heard).not.toHaveBeenCalled();
    expect(service.of('/edit')).toEqual([]);
    window.removeEventListener('keydown', heard);
  });

  it('whose change was refused says why, and is sent again with the same key', async () => {
    const { service, user, article, chatId } = await open(...ONE);
    service.fates.push(400);
    await article('Where to?');
    act(() => {
      beginEdit(chatId, { messageId: id('m1'), text: 'Where from?' });
    });
    await user.click(await screen.findByRole('button', { name: 'Save and send' }));
    const alert = await screen.findByRole('alert');
    expect(alert.textContent).toContain('It says no.');
    await user.click(within(alert).getByRole('button', { name: 'Try again' }));
    await waitFor(() => {
      expect(service.of('/edit')).toHaveLength(2);
    });
    expect(new Set(service.of('/edit').map(({ key }) => key)).size).toBe(1);
  });

  it('that was changed has its older versions a click away', async () => {
    const { user, article, chatId } = await open(...ONE);
    await article('Where to?');
    append(
      { type: 'rewound', toSeq: 2, commandId: id('c2') },
      said('m2', 'Where from?', { edits: id('m1') }),
      ...answered('a2', 'From here.', 7),
    );
    const message = await article('Where from?');
    const versions = await within(message).findByRole('group', { name: 'Versions of this message' });
    expect(versions.textContent).toBe('2 of 2');
    expect(within(versions).getByRole<HTMLButtonElement>('button', { name: 'Newer version' }).disabled).toBe(true);
    await user.click(within(versions).getByRole('button', { name: 'Older version' }));
    expect(doingIn(chatId).version).toEqual({ versions: [{ messageId: id('m1'), upToSeq: 5 }], index: 0 });
  });

  it('that goes into a quotation stands in the draft', async () => {
    const { chatId, user, menuOf } = await open(...ONE);
    clearDraft(chatId);
    await user.click(within(await menuOf('Where to?')).getByRole('menuitem', { name: 'Quote in my message' }));
    expect(draftOf(chatId).text).toContain('> Where to?');
  });
});

describe('an answer', () => {
  it('is asked for again by its id when it is the newest, and says what becomes of it', async () => {
    const { service, user } = await open(...ONE, said('m3', 'And now?'), ...answered('a3', 'Home.', 6));
    const buttons = await screen.findAllByRole('button', { name: 'Answer again' });
    expect(buttons).toHaveLength(1);
    await user.click(buttons[0] as HTMLElement);
    expect(await screen.findByText('Answering again …')).toBeTruthy();
    await waitFor(() => {
      expect(service.of('/regenerate').map(({ body }) => body)).toEqual([{ messageId: id('a3') }]);
    });
    expect(screen.getByTestId('announcer').textContent).toMatch(/older version/);
  });

  it('before others says in its menu that all that follows becomes older', async () => {
    const { menuOf } = await open(...ONE.slice(0, 2), ...answered('a1', 'There.').slice(1), said('m3', 'And now?'));
    expect((await menuOf('There.')).textContent).toContain('all that follows become an older version');
  });

  it('is copied as text without marks, as Markdown with them, and as a link', async () => {
    const { chatId, user } = await open(...ONE);
    const copied = async (name: string): Promise<string> => {
      const [, more] = await screen.findAllByRole('button', { name: 'More' });
      await user.click(more as HTMLElement);
      await user.click(await screen.findByRole('menuitem', { name }));
      return navigator.clipboard.readText();
    };
    expect(await copied('Copy as text')).toBe('To the harbour.');
    expect(await copied('Copy as Markdown')).toBe('To the **harbour**.');
    expect(await copied('Copy link to this message')).toBe(`${location.origin}/c/${chatId}#m-${id('a1')}`);
  });

  it('is where a new chat begins, with one key however often it is tried; then that chat is shown', async () => {
    const { chatId, service, user } = await open(...ONE);
    service.fates.push(503, 201);
    const [, more] = await screen.findAllByRole('button', { name: 'More' });
    await user.click(more as HTMLElement);
    await user.click(await screen.findByRole('menuitem', { name: /^New chat from here/ }));
    await screen.findByRole('dialog', { name: 'Making a new chat from here' });
    await waitFor(() => {
      expect(window.location.pathname).toBe('/c/chat-of-the-fork-01');
    });
    const forks = service.of(`${chatId}/fork`);
    expect(forks.map(({ body }) => body)).toEqual([{ atSeq: 4 }, { atSeq: 4 }]);
    expect(new Set(forks.map(({ key }) => key)).size).toBe(1);
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('that cannot be copied to a new chat says why, and can be tried again', async () => {
    const { service, user } = await open(...ONE);
    service.fates.push(400);
    const [, more] = await screen.findAllByRole('button', { name: 'More' });
    await user.click(more as HTMLElement);
    await user.click(await screen.findByRole('menuitem', { name: /^New chat from here/ }));
    expect((await screen.findByRole('alert')).textContent).toBe('It says no.');
    await user.click(screen.getByRole('button', { name: 'Try again' }));
    await waitFor(() => {
      expect(window.location.pathname).toBe('/c/chat-of-the-fork-01');
    });
  });
});
