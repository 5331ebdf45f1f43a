'use client';

import type { ConnectionState } from '@colloquy/client';
import { useCallback, useEffect, useState, useSyncExternalStore } from 'react';
import { useClient } from './client-provider.tsx';

/** The state of the socket. */
export function useConnection(): ConnectionState {
  const client = useClient();
  const subscribe = useCallback(
    (listener: () => void) => client?.connection.onChange(listener) ?? (() => undefined),
    [client],
  );
  return useSyncExternalStore(
    subscribe,
    () => client?.connection.state ?? 'connecting',
    () => 'connecting',
  );
}

/** True when there has been no connection for `ms`. A short cut is nobody's business. */
export function useLongCut(ms: number): boolean {
  const online = useConnection() === 'online';
  const [long, setLong] = useState(false);
  useEffect(() => {
    if (online) return undefined;
    const timer = setTimeout(() => {
      setLong(true);
    }, ms);
    return () => {
      clearTimeout(timer);
      setLong(false);
    };
  }, [online, ms]);
  return long && !online;
}
