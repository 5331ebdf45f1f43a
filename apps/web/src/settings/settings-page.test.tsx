/** @jest-environment @happy-dom/jest-environment */
import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { act, cleanup, configure, render, screen, waitFor, within } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ThemeProvider } from 'next-themes';
import { LanguageProvider } from '../i18n/language-provider.tsx';
import { ClientProvider } from '../shell/client-provider.tsx';
import { DEFAULT_SETTINGS, SETTINGS_KEY } from './settings.ts';
import { SettingsPage } from './settings-page.tsx';
import { changeSettings, currentSettings } from './use-settings.ts';

/** Lazy parts come from disk here, and the machine may be busy. */
configure({ asyncUtilTimeout: 10_000 });
jest.setTimeout(30_000);
/** What comes from the service comes between two steps of a test: drawn at once, and not when the next has begun. */
notifyManager.setNotifyFunction((tell) => {
  act(tell);
});

function show(): void {
  globalThis.fetch = async () => Response.json({ userId: 'ada', name: 'Ada' });
  render(
    <ThemeProvider attribute="class">
      <QueryClientProvider client={new QueryClient()}>
        <LanguageProvider language="en">
          <ClientProvider>
            <SettingsPage onMenu={() => undefined} />
          </ClientProvider>
        </LanguageProvider>
      </QueryClientProvider>
    </ThemeProvider>,
  );
}

describe('the settings', () => {
  afterEach(() => {
    cleanup();
    changeSettings(DEFAULT_SETTINGS);
    localStorage.clear();
  });

  it('show at once, are kept, and are choices with names', async () => {
    show();
    const user = userEvent.setup();
    const density = screen.getByRole('group', { name: /^Density/ });
    await user.click(within(density).getByRole('radio', { name: 'Compact' }));
    expect(document.documentElement.dataset['density']).toBe('compact');
    await user.click(within(screen.getByRole('group', { name: /^Motion/ })).getByRole('radio', { name: 'Off' }));
    expect(document.documentElement.dataset['motion']).toBe('off');
    await user.click(within(screen.getByRole('group', { name: /^Colours/ })).getByRole('radio', { name: 'Dark' }));
    expect(document.documentElement.classList.contains('dark')).toBe(true);
    await user.click(screen.getByRole('radio', { name: /\+Enter$/ }));
    await user.click(screen.getByRole('switch', { name: /^Single keys/ }));
    const kept: unknown = JSON.parse(localStorage.getItem(SETTINGS_KEY) ?? '');
    expect(kept).toMatchObject({ density: 'compact', motion: 'off', send: 'mod_enter', singleKeys: 'off' });
  });

  it('follow what another tab changes', () => {
    show();
    act(() => {
      window.dispatchEvent(
        new StorageEvent('storage', { key: SETTINGS_KEY, newValue: JSON.stringify({ density: 'compact' }) }),
      );
    });
    expect(currentSettings().density).toBe('compact');
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'Compact' }).checked).toBe(true);
  });

  it('switch the language at once, for this page and those that come, and keep what is on the page', async () => {
    show();
    const user = userEvent.setup();
    const german = screen.getByRole('radio', { name: 'Deutsch' });
    await act(async () => {
      await user.click(german);
    });
    await screen.findByRole('heading', { name: 'Einstellungen' });
    await waitFor(() => {
      expect(document.documentElement.lang).toBe('de');
    });
    expect(document.cookie).toContain('colloquy_lang=de');
    expect(document.contains(german)).toBe(true);
    await user.click(screen.getByRole('radio', { name: 'English' }));
    await screen.findByRole('heading', { name: 'Settings' });
  });
});
