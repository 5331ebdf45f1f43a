'use client';

import { usePathname, useSearchParams } from 'next/navigation';

const CHAT_PATH = /^\/c\/([A-Za-z0-9_-]{16,64})\/?$/;
const SHARED_PATH = /^\/s\/([A-Za-z0-9_-]{16,64})\/?$/;

/** The addresses of what is not a chat. */
export const PATHS = { settings: '/settings', usage: '/usage', workflows: '/workflows', inbox: '/inbox' } as const;

/** A place beside the chats. */
export type PlaceName = keyof typeof PATHS;

/** What the address says to show. */
export type Place =
  | { readonly kind: 'new' }
  | { readonly kind: 'chat'; readonly chatId: string }
  | { readonly kind: 'shared'; readonly shareId: string }
  | { readonly kind: PlaceName }
  | { readonly kind: 'other' };

/** Where the page is. */
export function usePlace(): Place {
  return placeOf(usePathname());
}

/** What an address says to show; null, which Next gives to what stands in none of its pages, is the start. */
export function placeOf(address: string | null): Place {
  const path = address ?? '/';
  const chatId = CHAT_PATH.exec(path)?.[1];
  if (chatId !== undefined) return { kind: 'chat', chatId };
  const shareId = SHARED_PATH.exec(path)?.[1];
  if (shareId !== undefined) return { kind: 'shared', shareId };
  const bare = path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
  if (bare === '/') return { kind: 'new' };
  return { kind: NAMES.find((name) => PATHS[name] === bare) ?? 'other' };
}

const NAMES = Object.keys(PATHS) as PlaceName[];

/** Address of a chat; of a new one when there is no id. */
export function pathOf(chatId?: string): string {
  return chatId === undefined ? '/' : `/c/${chatId}`;
}

/** Address of a new chat with a workflow. */
export function newChatPath(workflow: string): string {
  return `/?workflow=${encodeURIComponent(workflow)}`;
}

/** The workflow with which the address asks to begin; see `newChatPath`. */
export function useWishedWorkflow(): string | undefined {
  return (useSearchParams() as URLSearchParams | null)?.get('workflow') ?? undefined;
}

/** Goes to a chat, or to a new one, without a visit to the server. */
export function goTo(chatId?: string): void {
  // Who is there already keeps what else the address says, such as an open panel.
  if (window.location.pathname !== pathOf(chatId)) goToPath(pathOf(chatId));
}

/** Goes to an address of the app, such as `PATHS.usage`, without a visit to the server. */
export function goToPath(path: string): void {
  if (window.location.pathname + window.location.search !== path) window.history.pushState(null, '', path);
}
