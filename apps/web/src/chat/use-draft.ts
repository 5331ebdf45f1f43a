'use client';

import { useState } from 'react';

const PREFIX = 'colloquy.draft.';

/** A text that is kept until it is sent: over a reload, and while another chat is looked at. */
export function useDraft(key: string): readonly [string, (text: string) => void] {
  const [draft, setDraft] = useState(() => read(key));
  return [
    draft,
    (text) => {
      setDraft(text);
      write(key, text);
    },
  ];
}

function read(key: string): string {
  try {
    return typeof localStorage === 'undefined' ? '' : (localStorage.getItem(PREFIX + key) ?? '');
  } catch {
    return ''; // storage is switched off
  }
}

function write(key: string, text: string): void {
  try {
    if (text === '') localStorage.removeItem(PREFIX + key);
    else localStorage.setItem(PREFIX + key, text);
  } catch {
    // full or switched off: the text is still in the field
  }
}
