'use client';

import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { ClientError } from '@colloquy/client';
import { ThemeProvider } from 'next-themes';
import { useState, type ReactNode } from 'react';
import { useSettings } from '../settings/use-settings.ts';
import { LanguageProvider } from '../i18n/language-provider.tsx';
import type { Language } from '../i18n/language.ts';
import { ClientProvider } from './client-provider.tsx';

interface ProvidersProps {
  readonly children: ReactNode;
  readonly language: Language;
  readonly nonce?: string;
}

/** What every part of the app stands in. */
export function Providers({ children, language, nonce }: ProvidersProps) {
  const [queries] = useState(createQueries);
  useSettings(); // applies what another tab changes, whatever this one shows
  return (
    <ThemeProvider
      attribute="class"
      defaultTheme="system"
      disableTransitionOnChange
      {...(nonce === undefined ? {} : { nonce })}
    >
      <QueryClientProvider client={queries}>
        <LanguageProvider language={language}>
          <ClientProvider>{children}</ClientProvider>
        </LanguageProvider>
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
