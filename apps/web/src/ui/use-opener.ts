'use client';

import { useRef } from 'react';

/** Handlers of a dialog that has no trigger of its own to give the focus back to: it goes to what had it before. */
export interface Opener {
  readonly onOpenAutoFocus: () => void;
  readonly onCloseAutoFocus: (event: Event) => void;
}

/** Remembers what had the focus when a dialog opened, and gives it back. */
export function useOpener(): Opener {
  const opener = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: () => {
      opener.current = document.activeElement;
    },
    onCloseAutoFocus: (event) => {
      event.preventDefault();
      // A menu's item is gone with its menu: then the menu's button, which is focused again by now, is right as it is.
      if (opener.current instanceof HTMLElement && opener.current.isConnected) opener.current.focus();
    },
  };
}
