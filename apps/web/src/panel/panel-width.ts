'use client';

import { useState } from 'react';

/** How wide the panel may be, in px. */
export const WIDTHS = { least: 320, most: 720, first: 400 } as const;
const KEY = 'colloquy.panel-width';

/** A width within its limits. */
export function withinWidths(width: number): number {
  if (!Number.isFinite(width)) return WIDTHS.first;
  return Math.round(Math.min(WIDTHS.most, Math.max(WIDTHS.least, width)));
}

/** How wide the person has made the panel on this device; and to change it. */
export function usePanelWidth(): readonly [number, (width: number) => void] {
  const [width, setWidth] = useState(storedWidth);
  const change = (wanted: number): void => {
    const next = withinWidths(wanted);
    setWidth(next);
    localStorage.setItem(KEY, String(next));
  };
  return [width, change];
}

function storedWidth(): number {
  const stored = localStorage.getItem(KEY);
  return stored === null ? WIDTHS.first : withinWidths(Number(stored));
}
