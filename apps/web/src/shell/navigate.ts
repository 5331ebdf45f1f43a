'use client';

import { usePathname } from 'next/navigation';

const CHAT_PATH = /^\/c\/([A-Za-z0-9_-]{16,64})\/?$/;

/** What the address says to show. */
export type Place =
  { readonly kind: 'new' } | { readonly kind: 'chat'; readonly chatId: string } | { readonly kind: 'other' };

/** Where the page is. */
export function usePlace(): Place {
  const path = usePathname();
  const chatId = CHAT_PATH.exec(path)?.[1];
  if (chatId !== undefined) return { kind: 'chat', chatId };
  return path === '/' ? { kind: 'new' } : { kind: 'other' };
}

/** Address of a chat; of a new one when there is no id. */
export function pathOf(chatId?: string): string {
  return chatId === undefined ? '/' : `/c/${chatId}`;
}

/** Goes to a chat, or to a new one, without a visit to the server. */
export function goTo(chatId?: string): void {
  if (window.location.pathname !== pathOf(chatId)) window.history.pushState(null, '', pathOf(chatId));
}
