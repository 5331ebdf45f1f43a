'use client';

import { lazy, Suspense, useState, type ReactNode } from 'react';
import { ChatPage } from '../chat/chat-page.tsx';
import { NewChat } from '../new-chat/new-chat.tsx';
import { Sidebar } from '../sidebar/sidebar.tsx';
import { t } from '../strings.ts';
import { Announcer } from './announcer.tsx';
import { useSignIn } from './client-provider.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { usePlace } from './navigate.ts';
import { ProblemPage } from './problem-page.tsx';
import { Toasts } from './toasts.tsx';

const Drawer = lazy(async () => ({ default: (await import('./drawer.tsx')).Drawer }));

/** The frame: chats on the left (a drawer on a phone), the chat in the centre. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  const [menuOpen, setMenuOpen] = useState(false);
  const [menuUsed, setMenuUsed] = useState(false);
  const openMenu = (): void => {
    setMenuUsed(true);
    setMenuOpen(true);
  };
  const closeMenu = (): void => {
    setMenuOpen(false);
  };
  return (
    <div className="flex h-dvh">
      <a
        href="#chat"
        className="sr-only z-50 rounded-lg bg-surface px-4 py-2 focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
      >
        {t.skipToChat}
      </a>
      <div className="hidden w-72 shrink-0 border-r border-line bg-rail md:block">
        <Sidebar />
      </div>
      {menuUsed ? (
        <Suspense>
          <Drawer open={menuOpen} onOpenChange={setMenuOpen}>
            <Sidebar onNavigate={closeMenu} />
          </Drawer>
        </Suspense>
      ) : null}
      <main id="chat" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <ConnectionBanner />
        <Centre onMenu={openMenu}>{children}</Centre>
      </main>
      <Toasts />
      <Announcer />
    </div>
  );
}

function Centre({ onMenu, children }: { readonly onMenu: () => void; readonly children: ReactNode }) {
  const place = usePlace();
  const { error, retry } = useSignIn();
  if (error !== null) return <ProblemPage title={t.signInFailed} hint={error.message} onRetry={retry} />;
  switch (place.kind) {
    case 'chat':
      return <ChatPage key={place.chatId} chatId={place.chatId} onMenu={onMenu} />;
    case 'new':
      return <NewChat onMenu={onMenu} />;
    case 'other':
      return children;
  }
}
