'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { useQuery, type UseQueryResult } from '@tanstack/react-query';
import { useClient } from '../shell/client-provider.tsx';

/** The workflows that a chat can be started with. */
export function useWorkflows(): UseQueryResult<WorkflowCard[]> {
  const client = useClient();
  return useQuery({
    queryKey: ['workflows'],
    queryFn: async ({ signal }) => (client === undefined ? [] : (await client.api.listWorkflows({ signal })).workflows),
    enabled: client !== undefined,
    staleTime: 5 * 60_000,
  });
}
