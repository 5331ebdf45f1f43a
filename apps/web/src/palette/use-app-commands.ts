'use client';

import { useTheme } from 'next-themes';
import { useSetLanguage } from '../i18n/language-provider.tsx';
import { useLanguage } from '../i18n/define-words.ts';
import { LANGUAGE_NAMES } from '../i18n/language.ts';
import { useWords } from '../i18n/words.ts';
import { changeSettings, useSettings } from '../settings/use-settings.ts';
import { goTo, goToPath, PATHS } from '../shell/navigate.ts';
import { openPalette, usePalette, useCommand } from './commands.ts';
import { usePaletteWords } from './words.ts';

/** Offers what can be done everywhere. */
export function useAppCommands(): void {
  const words = usePaletteWords();
  useCommand({
    id: 'app.palette',
    label: words.openPalette,
    keys: 'Mod+K',
    group: 'app',
    run: () => {
      openPalette(usePalette.getState().open === 'palette' ? undefined : 'palette');
    },
  });
  useCommand({
    id: 'app.help',
    label: words.help,
    keys: '?',
    group: 'app',
    run: () => {
      openPalette('help');
    },
  });
  useCommand({ id: 'chat.new', label: words.newChat, keys: 'Mod+Shift+O', group: 'go', run: goTo });
  useCommand({
    id: 'chat.write',
    label: words.focusComposer,
    keys: '/',
    group: 'app',
    run: () => {
      document.querySelector<HTMLElement>('main textarea')?.focus();
    },
  });
  usePlaceCommands();
  useLookCommands();
}

function usePlaceCommands(): void {
  const { places } = useWords();
  const words = usePaletteWords();
  const place = (name: keyof typeof PATHS, key: string) => ({
    id: `go.${name}`,
    label: places[name],
    words: words.groups.go,
    keys: `G ${key}`,
    group: 'go' as const,
    run: () => {
      goToPath(PATHS[name]);
    },
  });
  useCommand(place('inbox', 'I'));
  useCommand(place('workflows', 'W'));
  useCommand(place('usage', 'U'));
  useCommand(place('settings', 'S'));
}

function useLookCommands(): void {
  const words = usePaletteWords();
  const { theme, setTheme } = useTheme();
  const { density } = useSettings();
  const language = useLanguage();
  const setLanguage = useSetLanguage();
  const colours = (name: 'system' | 'light' | 'dark') =>
    theme === name
      ? undefined
      : {
          id: `look.${name}`,
          label: words.colours[name],
          group: 'look' as const,
          run: () => {
            setTheme(name);
          },
        };
  useCommand(colours('light'));
  useCommand(colours('dark'));
  useCommand(colours('system'));
  const next = density === 'compact' ? 'comfortable' : 'compact';
  useCommand({
    id: 'look.density',
    label: words[next],
    group: 'look',
    run: () => {
      changeSettings({ density: next });
    },
  });
  const other = language === 'en' ? 'de' : 'en';
  useCommand({
    id: 'look.language',
    label: words.speak(LANGUAGE_NAMES[other]),
    words: 'Language Sprache English Deutsch',
    group: 'look',
    run: () => {
      setLanguage(other);
    },
  });
}
