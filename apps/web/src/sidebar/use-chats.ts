'use client';

import type { Client } from '@colloquy/client';
import type { ChatPage, ChatRow } from '@colloquy/contracts';
import {
  useInfiniteQuery,
  useQueryClient,
  type InfiniteData,
  type QueryClient,
  type UseInfiniteQueryResult,
} from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from '../shell/client-provider.tsx';
import { uniqueRows, withoutRow, withRow } from './chat-rows.ts';
import { callFilter, fitOf, type ListFilter, type ListView } from './chat-view.ts';
import { lookForReturn } from './deletions.ts';
import { endChange, isShown, usePendingChanges, withChanges } from './pending-changes.ts';

const KEY = ['chats'] as const;
type Pages = InfiniteData<ChatPage, string | undefined>;
type Key = readonly ['chats', ListView['filter'], string];

/** The chats that match, newest first, kept up to date by the socket. */
export function useChats(q: string, filter: ListFilter | 'pinned' = 'all'): UseInfiniteQueryResult<ChatRow[]> {
  const client = useClient();
  const queries = useQueryClient();
  const changes = usePendingChanges((state) => state.changes);
  useEffect(() => (client === undefined ? undefined : keepFresh(client, queries)), [client, queries]);
  return useInfiniteQuery({
    queryKey: [...KEY, filter, q] satisfies Key,
    queryFn: async ({ pageParam, signal }): Promise<ChatPage> => {
      return client === undefined ? { chats: [] } : pageOf(client, { filter, q }, { before: pageParam, signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    enabled: client !== undefined,
    // The socket tells what changes; after a time without it the newest page is asked for, never all of a long list.
    staleTime: Infinity,
    refetchOnReconnect: false,
    select: (pages: Pages) => [...withChanges(uniqueRows(pages.pages.flatMap((page) => page.chats)), changes)],
  });
}

/** A page of a list. What waits for the person is asked of the inbox: it knows running chats with a question too. */
async function pageOf(
  { api }: Client,
  view: ListView,
  { before, signal }: { readonly before?: string | undefined; readonly signal?: AbortSignal } = {},
): Promise<ChatPage> {
  const options = signal === undefined ? {} : { signal };
  if (view.filter !== 'needsYou') {
    return api.listChats({ ...callFilter(view), ...(before === undefined ? {} : { before }) }, options);
  }
  const { chats } = await api.getInbox(options);
  return { chats: chats.filter((row) => fitOf(view, row) === 'belongs') };
}

const keepers = new WeakMap<Client, { users: number; off: () => void }>();

/** Keeps the lists up to date, once however many show them. */
function keepFresh(client: Client, queries: QueryClient): () => void {
  const keeper = keepers.get(client) ?? { users: 0, off: watch(client, queries) };
  keeper.users += 1;
  keepers.set(client, keeper);
  return () => {
    keeper.users -= 1;
    if (keeper.users > 0) return;
    keeper.off();
    keepers.delete(client);
  };
}

function watch(client: Client, queries: QueryClient): () => void {
  let online = client.connection.state === 'online';
  const offRows = client.onChatChanged((row) => {
    putRow(queries, row);
    lookForReturn(row);
    const change = usePendingChanges.getState().changes.get(row.chatId);
    if (change !== undefined && isShown(row, change)) endChange(row.chatId, change);
  });
  const offState = client.connection.onChange((state) => {
    const before = online;
    online = state === 'online';
    if (online && !before) void refreshChats(queries, client); // rows may have changed meanwhile
  });
  return () => {
    offRows();
    offState();
  };
}

/** Puts a row where it belongs in every list that shows it. */
export function putRow(queries: QueryClient, row: ChatRow): void {
  for (const [key, pages] of queries.getQueriesData<Pages>({ queryKey: KEY })) {
    if (pages === undefined) continue;
    const [, filter, q] = key as unknown as Key;
    queries.setQueryData<Pages>(key, { ...pages, pages: withRow(pages.pages, row, fitOf({ filter, q }, row)) });
  }
}

/** Takes a chat out of every list. */
export function takeRow(queries: QueryClient, chatId: string): void {
  queries.setQueriesData<Pages>({ queryKey: KEY }, (pages) =>
    pages === undefined ? pages : { ...pages, pages: withoutRow(pages.pages, chatId) },
  );
}

/** So many pages of a list are read again after a time without news; what lies below comes when somebody scrolls there. */
const PAGES_AGAIN = 3;

/**
 * Reads the lists again, as deep as they were read, but never all of a long one: a chat that was renamed or deleted
 * elsewhere does not come up, so what was known of any page is old.
 */
export async function refreshChats(queries: QueryClient, client: Client): Promise<void> {
  const heard: ChatRow[] = [];
  const off = client.onChatChanged((row) => heard.push(row));
  const lists = queries.getQueriesData<Pages>({ queryKey: KEY }).map(async ([key, known]) => {
    const [, filter, q] = key as unknown as Key;
    if (known === undefined) return queries.refetchQueries({ queryKey: key, exact: true });
    const pages = [await pageOf(client, { filter, q })];
    for (let next = pages[0]?.next; next !== undefined; next = pages.at(-1)?.next) {
      if (pages.length >= Math.min(known.pages.length, PAGES_AGAIN)) break;
      pages.push(await pageOf(client, { filter, q }, { before: next }));
    }
    queries.setQueryData<Pages>(key, { pages, pageParams: pages.map(() => undefined) });
    return undefined;
  });
  await Promise.allSettled(lists);
  off();
  // What came meanwhile may be newer than the pages.
  for (const row of heard) putRow(queries, row);
}
