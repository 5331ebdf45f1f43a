import type { Metadata, Viewport } from 'next';
import { headers } from 'next/headers';
import type { ReactNode } from 'react';
import { AppShell } from '../shell/app-shell.tsx';
import { NONCE_HEADER } from '../shell/content-policy.ts';
import { Providers } from '../shell/providers.tsx';
import { t } from '../strings.ts';
import './globals.css';

export const metadata: Metadata = { title: t.appName, description: t.tagline };

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfaf8' },
    { media: '(prefers-color-scheme: dark)', color: '#141519' },
  ],
};

/** The frame of every page. The shell stays mounted while the address changes; pages only say what the address is. */
export default async function RootLayout({ children }: { readonly children: ReactNode }) {
  const nonce = (await headers()).get(NONCE_HEADER) ?? undefined;
  return (
    <html lang="en" suppressHydrationWarning>
      <body className="font-sans">
        <Providers {...(nonce === undefined ? {} : { nonce })}>
          <AppShell>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}
