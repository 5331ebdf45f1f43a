'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ClientError } from '@colloquy/client';
import { ThemeProvider } from 'next-themes';
import { useState, type ReactNode } from 'react';
import { ClientProvider } from './client-provider.tsx';

/** What every part of the app stands in. */
export function Providers({ children, nonce }: { readonly children: ReactNode; readonly nonce?: string }) {
  const [queries] = useState(createQueries);
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={queries}>
        <ClientProvider>{children}</ClientProvider>
      </QueryClientProvider>
    </ThemeProvider>
  );
}

function createQueries(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: { staleTime: 30_000, retry: (failures, error) => failures < 4 && isTransient(error) },
    },
  });
}

function isTransient(error: Error): boolean {
  return !(error instanceof ClientError) || error.retryable;
}
