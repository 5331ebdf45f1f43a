'use client';

import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from 'next-themes';
import { useSyncExternalStore } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from '../ui/icon-button.tsx';

const ORDER = ['system', 'light', 'dark'] as const;
const ICONS = { system: Monitor, light: Sun, dark: Moon };

const never = (): (() => void) => () => undefined;

/** Switches between the system's colours, light and dark. */
export function ThemeButton() {
  const t = useWords();
  const { theme, setTheme } = useTheme();
  // The server does not know the choice: until the page is alive it shows the default.
  const alive = useSyncExternalStore(
    never,
    () => true,
    () => false,
  );
  const current = ORDER.find((name) => alive && name === theme) ?? 'system';
  const Icon = ICONS[current];
  return (
    <IconButton
      label={t.switchTheme(t.themeNames[current])}
      onClick={() => {
        setTheme(ORDER[(ORDER.indexOf(current) + 1) % ORDER.length] ?? 'system');
      }}
    >
      <Icon />
    </IconButton>
  );
}
