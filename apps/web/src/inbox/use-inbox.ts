'use client';

import type { ChatRow, Inbox } from '@colloquy/contracts';
import { useQuery, useQueryClient, type UseQueryResult } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useClient } from '../shell/client-provider.tsx';
import { touchesInbox } from './touches-inbox.ts';

const KEY = ['inbox'] as const;

/** Every question that waits for the person. A row that changes tells when to ask again. */
export function useInbox(): UseQueryResult<Inbox> {
  const client = useClient();
  const queries = useQueryClient();
  useEffect(() => {
    if (client === undefined) return undefined;
    const refresh = (): void => void queries.invalidateQueries({ queryKey: KEY });
    const offRows = client.onChatChanged((row: ChatRow) => {
      if (touchesInbox(queries.getQueryData<Inbox>(KEY), row)) refresh();
    });
    let before = client.connection.state;
    const offState = client.connection.onChange((state) => {
      if (state === 'online' && before !== 'online') refresh();
      before = state;
    });
    return () => {
      offRows();
      offState();
    };
  }, [client, queries]);
  return useQuery({
    queryKey: KEY,
    queryFn: ({ signal }): Promise<Inbox> => client?.api.getInbox({ signal }) ?? Promise.resolve({ chats: [] }),
    enabled: client !== undefined,
    staleTime: Infinity,
  });
}
