'use client';

import { useQuery } from '@tanstack/react-query';
import { createContext, use, type ReactNode } from 'react';
import { useClient, useSession } from '../shell/client-provider.tsx';
import { t } from '../strings.ts';
import { formatName } from '../ui/format.ts';

const NamesContext = createContext<ReadonlyMap<string, string>>(new Map());

/** Makes the names that a workflow gives its agents known below. */
export function AgentNames({ workflow, children }: { readonly workflow: string; readonly children: ReactNode }) {
  const client = useClient();
  const { data } = useQuery({
    queryKey: ['workflow', workflow],
    queryFn: ({ signal }) =>
      client === undefined ? Promise.reject(new Error('no session')) : client.api.getWorkflow(workflow, { signal }),
    enabled: client !== undefined && workflow !== '',
    staleTime: Infinity,
    retry: false,
  });
  const names = new Map((data?.agents ?? []).map((agent) => [agent.name, agent.title]));
  return <NamesContext value={names}>{children}</NamesContext>;
}

/** Names of agents as people read them. */
export function useAgentName(): (agent: string) => string {
  const names = use(NamesContext);
  return (agent) => names.get(agent) ?? formatName(agent);
}

/** Names of people: oneself, the clock that ends a question, or somebody else. */
export function usePersonName(): (userId: string) => string {
  const { me } = useSession();
  return (userId) => {
    if (userId === 'expiry') return t.expiry;
    return userId === me?.userId ? t.you : t.someoneElse;
  };
}
