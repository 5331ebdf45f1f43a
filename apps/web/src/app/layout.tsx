import type { Metadata, Viewport } from 'next';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { LANGUAGE_COOKIE, languageOf, type Language } from '../i18n/language.ts';
import { english } from '../i18n/words.en.ts';
import { FIRST_PAINT_SCRIPT } from '../settings/settings.ts';
import { AppShell } from '../shell/app-shell.tsx';
import { NONCE_HEADER } from '../shell/content-policy.ts';
import { Providers } from '../shell/providers.tsx';
import './globals.css';

/** What the page says of itself, in its language. */
export async function generateMetadata(): Promise<Metadata> {
  const t = (await requestLanguage()) === 'de' ? (await import('../i18n/words.de.ts')).words : english;
  return { title: t.appName, description: t.tagline };
}

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
  const language = await requestLanguage();
  return (
    <html lang={language} suppressHydrationWarning>
      <body className="font-sans">
        {/* The browser hides a nonce from scripts, so it differs from what the server wrote. */}
        <script
          {...(nonce === undefined ? {} : { nonce })}
          suppressHydrationWarning
          dangerouslySetInnerHTML={{ __html: FIRST_PAINT_SCRIPT }}
        />
        <Providers language={language} {...(nonce === undefined ? {} : { nonce })}>
          <AppShell>{children}</AppShell>
        </Providers>
      </body>
    </html>
  );
}

async function requestLanguage(): Promise<Language> {
  const [chosen, accepted] = [(await cookies()).get(LANGUAGE_COOKIE)?.value, (await headers()).get('accept-language')];
  return languageOf(chosen, accepted);
}
