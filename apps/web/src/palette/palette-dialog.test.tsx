/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { LanguageContext } from '../i18n/define-words.ts';
import type { Language } from '../i18n/language.ts';
import { changeSettings } from '../settings/use-settings.ts';
import { DEFAULT_SETTINGS } from '../settings/settings.ts';
import { ClientProvider } from '../shell/client-provider.tsx';
import { openPalette, useCommand } from './commands.ts';
import { PaletteHost } from './palette-host.tsx';

/** Lazy parts come from disk here, and the machine may be busy. */
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);
/** What comes from the service comes between two steps of a test: drawn at once, and not when the next has begun. */
notifyManager.setNotifyFunction((tell) => {
  act(tell);
});

const json = (value: object): Response => Response.json(value);

/** The answers of a service with two chats. */
function serve(): string[] {
  const asked: string[] = [];
  const row = (chatId: string, title: string) => ({ chatId, title, workflow: 'a', status: 'idle', lastText: '' });
  const rows = [row('chat-0000-0000-0001', 'Refund for Ada'), row('chat-0000-0000-0002', 'Holidays')];
  globalThis.fetch = async (input) => {
    const { pathname, searchParams } = new URL(input instanceof Request ? input.url : String(input), location.href);
    asked.push(pathname + (searchParams.get('q') ?? ''));
    if (pathname === '/v1/me') return json({ userId: 'ada', name: 'Ada', attachments: {} });
    if (pathname === '/v1/workflows')
      return json({ workflows: [{ name: 'desk', title: 'Support desk', description: '', starters: [], agents: [] }] });
    const q = (searchParams.get('q') ?? '').toLowerCase();
    return json({ chats: rows.filter(({ title }) => title.toLowerCase().includes(q)) });
  };
  return asked;
}

function Stop({ run }: { readonly run: () => void }) {
  useCommand({ id: 'chat.stop', label: 'Stop the run', group: 'chat', keys: 'Mod+.', run });
  return null;
}

function show({ run = () => undefined, language = 'en' }: { run?: () => void; language?: Language } = {}): void {
  render(
    <QueryClientProvider client={new QueryClient({ defaultOptions: { queries: { retry: false } } })}>
      <LanguageContext value={language}>
        <ClientProvider>
          <main>
            <h1>Here</h1>
            <textarea aria-label="Your message" />
            <button type="button">A button</button>
          </main>
          <Stop run={run} />
          <PaletteHost />
        </ClientProvider>
      </LanguageContext>
    </QueryClientProvider>,
  );
}

describe('the palette', () => {
  afterEach(() => {
    act(() => {
      openPalette(undefined);
      changeSettings(DEFAULT_SETTINGS);
    });
    cleanup();
    window.history.replaceState(null, '', '/');
  });

  it('opens by Ctrl+K, also while somebody writes, lists what can be done, and gives the focus back', async () => {
    serve();
    show();
    const user = userEvent.setup();
    const field = screen.getByRole('textbox', { name: 'Your message' });
    await user.click(field);
    await user.keyboard('{Control>}k{/Control}');
    const dialog = await screen.findByRole('dialog', { name: 'Commands and chats' });
    await within(dialog).findByRole('option', { name: /Stop the run/ });
    await within(dialog).findByRole('option', { name: /Refund for Ada/ });
    await within(dialog).findByRole('option', { name: /Support desk/ });
    await user.keyboard('{Escape}');
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
      expect(document.activeElement).toBe(field);
    });
  });

  it('runs what is found by a few letters', async () => {
    serve();
    const run = jest.fn();
    show({ run });
    const user = userEvent.setup();
    await user.keyboard('{Control>}k{/Control}');
    await user.type(await screen.findByRole('combobox'), 'run stop');
    await waitFor(() => {
      const options = screen.getAllByRole('option').map(({ textContent }) => textContent);
      expect(options).toEqual([expect.stringContaining('Stop the run')]);
    });
    await user.keyboard('{Enter}');
    await waitFor(() => {
      expect(run).toHaveBeenCalledTimes(1);
    });
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('asks the server for chats, once for what is typed, and goes there', async () => {
    const asked = serve();
    show();
    const user = userEvent.setup();
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('option', { name: /Holidays/ });
    await user.type(screen.getByRole('combobox'), 'refund');
    await waitFor(() => {
      expect(screen.queryByRole('option', { name: /Holidays/ })).toBeNull();
      expect(screen.getByRole('option', { name: /Refund for Ada/ })).toBeTruthy();
    });
    await waitFor(() => {
      expect(asked.filter((path) => path.startsWith('/v1/chats'))).toEqual(['/v1/chats', '/v1/chatsrefund']);
    });
    await user.click(screen.getByRole('option', { name: /Refund for Ada/ }));
    await waitFor(() => {
      expect(window.location.pathname).toBe('/c/chat-0000-0000-0001');
    });
  });

  it('has keys that run commands, but no single ones while somebody writes or when they are switched off', async () => {
    serve();
    const run = jest.fn();
    show({ run });
    const user = userEvent.setup();
    await user.keyboard('{Control>}k{/Control}');
    await screen.findByRole('dialog');
    await user.keyboard('{Escape}');
    await waitFor(() => {
      expect(screen.queryByRole('dialog')).toBeNull();
    });
    const field = screen.getByRole('textbox', { name: 'Your message' });
    await user.click(field);
    await user.keyboard('{Control>}.{/Control}');
    expect(run).toHaveBeenCalledTimes(1);
    await user.keyboard('?gi');
    expect((field as HTMLTextAreaElement).value).toBe('?gi');
    expect(screen.queryByRole('dialog')).toBeNull();

    await user.click(screen.getByRole('button', { name: 'A button' }));
    await user.keyboard('/');
    expect(document.activeElement).toBe(field);
    await user.click(screen.getByRole('button', { name: 'A button' }));
    await user.keyboard('gi');
    expect(window.location.pathname).toBe('/inbox');
    act(() => {
      changeSettings({ singleKeys: 'off' });
    });
    await user.keyboard('gs?');
    expect(window.location.pathname).toBe('/inbox');
    expect(screen.queryByRole('dialog')).toBeNull();
  });

  it('speaks German', async () => {
    serve();
    show({ language: 'de' });
    const user = userEvent.setup();
    // Its words come from disk meanwhile.
    await act(async () => fireEvent.keyDown(window, { key: 'k', ctrlKey: true }));
    await screen.findByRole('dialog', { name: 'Befehle und Chats' });
    await user.keyboard('{Escape}?');
    const help = await screen.findByRole('dialog', { name: 'Tastenkürzel' });
    expect(within(help).getByText('Nachricht senden')).toBeTruthy();
    expect(help.textContent).toContain('Strg');
  });
});
