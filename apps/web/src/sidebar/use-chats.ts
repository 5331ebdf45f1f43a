'use client';

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

const KEY = ['chats'] as const;
type Pages = InfiniteData<ChatPage, string | undefined>;

/** The chats that match, newest first, kept up to date by the socket. */
export function useChats(q: string): UseInfiniteQueryResult<ChatRow[]> {
  const client = useClient();
  const queries = useQueryClient();
  useEffect(() => {
    if (client === undefined) return undefined;
    const offRows = client.onChatChanged((row) => {
      putRow(queries, row);
    });
    const offState = client.connection.onChange((state) => {
      if (state === 'online') void queries.invalidateQueries({ queryKey: KEY }); // rows may have changed meanwhile
    });
    return () => {
      offRows();
      offState();
    };
  }, [client, queries]);
  return useInfiniteQuery({
    queryKey: [...KEY, q],
    queryFn: async ({ pageParam, signal }): Promise<ChatPage> => {
      const filter = { ...(q === '' ? {} : { q }), ...(pageParam === undefined ? {} : { before: pageParam }) };
      return client === undefined ? { chats: [] } : client.api.listChats(filter, { signal });
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next,
    enabled: client !== undefined,
    select: (pages: Pages) => uniqueRows(pages.pages.flatMap((page) => page.chats)),
  });
}

/** Puts a row where it belongs in every list that shows it, and on top of the list of all chats when it is new. */
export function putRow(queries: QueryClient, row: ChatRow): void {
  for (const [key, pages] of queries.getQueriesData<Pages>({ queryKey: KEY })) {
    if (pages === undefined) continue;
    const all = key[1] === '';
    queries.setQueryData<Pages>(key, { ...pages, pages: withRow(pages.pages, row, all) });
  }
}

/** Takes a chat off every list at once, before the server says so. */
export function dropRow(queries: QueryClient, chatId: string): void {
  for (const [key, pages] of queries.getQueriesData<Pages>({ queryKey: KEY })) {
    if (pages !== undefined) queries.setQueryData<Pages>(key, { ...pages, pages: withoutRow(pages.pages, chatId) });
  }
}

/** Changes a row that is shown, before the server says so. */
export function patchRow(queries: QueryClient, chatId: string, patch: Partial<ChatRow>): void {
  for (const [, pages] of queries.getQueriesData<Pages>({ queryKey: KEY })) {
    const row = pages?.pages.flatMap(({ chats }) => chats).find((known) => known.chatId === chatId);
    if (row !== undefined) {
      putRow(queries, { ...row, ...patch });
      return;
    }
  }
}

/** Asks the server again. */
export function refreshChats(queries: QueryClient): Promise<void> {
  return queries.invalidateQueries({ queryKey: KEY });
}
