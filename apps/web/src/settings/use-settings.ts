'use client';

import { useSyncExternalStore } from 'react';
import { DEFAULT_SETTINGS, marksOf, parseSettings, SETTINGS_KEY, type Settings } from './settings.ts';

let current: Settings | undefined;
const listeners = new Set<() => void>();

/** What the person has set. The server, which cannot know, draws the defaults. */
export function useSettings(): Settings {
  return useSyncExternalStore(subscribe, currentSettings, () => DEFAULT_SETTINGS);
}

/** What the person has set, for event handlers. */
export function currentSettings(): Settings {
  current ??= parseSettings(stored());
  return current;
}

/** Changes settings at once, here and in other tabs, and keeps them. */
export function changeSettings(change: Partial<Settings>): void {
  show({ ...currentSettings(), ...change });
  try {
    localStorage.setItem(SETTINGS_KEY, JSON.stringify(current));
  } catch {
    // full or switched off: it holds until the page is left
  }
}

function show(settings: Settings): void {
  current = settings;
  Object.assign(document.documentElement.dataset, marksOf(settings));
  for (const listener of listeners) listener();
}

function stored(): string | null {
  try {
    return localStorage.getItem(SETTINGS_KEY);
  } catch {
    return null;
  }
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) window.addEventListener('storage', onStorage);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0) window.removeEventListener('storage', onStorage);
  };
}

function onStorage({ key, newValue }: StorageEvent): void {
  if (key === SETTINGS_KEY) show(parseSettings(newValue));
}
