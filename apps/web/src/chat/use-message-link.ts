'use client';

import { useEffect } from 'react';
import { useChatStore } from './chat-store.ts';

/** What the address ends with when it names a message: `#m-<messageId>`. */
const MESSAGE_LINK = /^#m-([A-Za-z0-9_-]{1,64})$/;

/** The part of an address that names a message. */
export function messageHash(messageId: string): string {
  return `#m-${messageId}`;
}

/** Shows the message that the address names, when the chat opens and whenever it names another one. */
export function useMessageLink(): void {
  const store = useChatStore();
  useEffect(() => {
    const follow = (): void => {
      const key = MESSAGE_LINK.exec(window.location.hash)?.[1];
      // What cannot be loaded now is no reason to leave the end: the chat says itself that it is not connected.
      if (key !== undefined) store.transcript.scrollTo(key, { flash: true, focus: true }).catch(() => undefined);
    };
    follow();
    window.addEventListener('hashchange', follow);
    return () => {
      window.removeEventListener('hashchange', follow);
    };
  }, [store]);
}
