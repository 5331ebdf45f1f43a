'use client';

import { useState, type KeyboardEvent } from 'react';

/** Where the keyboard is in a list of which only one row is in the tab order. */
export interface RowKeys {
  /** The row that Tab stops at; undefined while none was visited. */
  readonly active: string | undefined;
  readonly setActive: (key: string) => void;
  readonly onKeyDown: (event: KeyboardEvent, key: string) => void;
}

const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 };

/**
 * Arrow keys, Home and End go through rows, also those that are not drawn yet.
 * @param show - draws the row and gives it the focus
 */
export function useRowKeys(options: {
  readonly keys: readonly string[];
  readonly show: (key: string) => void;
  readonly onRename: (key: string) => void;
  readonly onRemove: (key: string) => void;
}): RowKeys {
  const [active, setActive] = useState<string>();
  const { keys, show, onRename, onRemove } = options;
  const onKeyDown = (event: KeyboardEvent, key: string): void => {
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key === 'F2') onRename(key);
    else if (event.key === 'Delete') onRemove(key);
    else {
      const target = keys[targetOf(event.key, keys.indexOf(key), keys.length)];
      if (target === undefined) return;
      setActive(target);
      show(target);
    }
    event.preventDefault();
  };
  return { active, setActive, onKeyDown };
}

/** The index that a key goes to from `index`; -1 when it goes nowhere. */
export function targetOf(key: string, index: number, count: number): number {
  if (key === 'Home') return 0;
  if (key === 'End') return count - 1;
  const step = STEPS[key];
  return step === undefined ? -1 : Math.min(count - 1, Math.max(0, index + step));
}
