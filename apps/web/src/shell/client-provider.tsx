'use client';

import { createClient, type Client } from '@colloquy/client';
import type { Me } from '@colloquy/contracts';
import { useQuery } from '@tanstack/react-query';
import { createContext, use, useEffect, useMemo, useSyncExternalStore, type ReactNode } from 'react';
import { usePlace } from './navigate.ts';

/** Who uses the app, and the way to the service. */
export interface SignIn {
  /** Undefined while the page is drawn on the server. */
  readonly client: Client | undefined;
  /** Undefined until it is known; calls need it. */
  readonly me: Me | undefined;
  readonly error: Error | null;
  readonly retry: () => void;
}

/** Who is signed in, for the parts below. */
export const SignInContext = createContext<SignIn | undefined>(undefined);

/** One for the page: it holds the socket. The token is a cookie that no script can read; who has none becomes a guest. */
let pageClient: Client | undefined;

function clientOfPage(): Client {
  pageClient ??= createClient({
    baseUrl: '',
    storage: localStorage,
    onUnauthorized: (client) => client.guest(),
  });
  return pageClient;
}

const never = (): (() => void) => () => undefined;

/** Makes the client, and a guest of who is nobody yet. */
export function ClientProvider({ children }: { readonly children: ReactNode }) {
  const reading = usePlace().kind === 'shared';
  const client = useSyncExternalStore(never, clientOfPage, () => undefined);
  const { data, error, refetch } = useQuery({
    queryKey: ['me'],
    queryFn: () => (client ?? clientOfPage()).api.getMe(),
    // Who only reads what somebody shares does not become a guest.
    enabled: client !== undefined && !reading,
    staleTime: Infinity,
  });
  useEffect(() => {
    if (data !== undefined) client?.connect();
  }, [client, data]);
  const signIn = useMemo<SignIn>(
    () => ({ client, me: data, error, retry: () => void refetch() }),
    [client, data, error, refetch],
  );
  return <SignInContext value={signIn}>{children}</SignInContext>;
}

/** Who is signed in on this page. */
export function useSignIn(): SignIn {
  const signIn = use(SignInContext);
  if (signIn === undefined) throw new Error('useSignIn needs a ClientProvider above it');
  return signIn;
}

/** The client, once somebody is signed in; undefined before. */
export function useClient(): Client | undefined {
  const { client, me } = useSignIn();
  return me === undefined ? undefined : client;
}
