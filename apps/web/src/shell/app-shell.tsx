'use client';

import { Suspense, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { PaletteHost } from '../palette/palette-host.tsx';
import { Sidebar } from '../sidebar/sidebar.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { lazyPart, type LazyPart } from '../ui/lazy-part.tsx';
import { Announcer } from './announcer.tsx';
import { useSignIn } from './client-provider.tsx';
import { ConnectionBanner } from './connection-banner.tsx';
import { placeOf, usePlace, useWishedWorkflow, type PlaceName } from './navigate.ts';
import { PlaceBoundary } from './place-boundary.tsx';
import { ProblemPage } from './problem-page.tsx';
import { SkipLinks } from './skip-links.tsx';
import { Toasts } from './toasts.tsx';
import { keyOfPlace, useArrival } from './use-arrival.ts';

const Drawer = lazyPart(async () => (await import('./drawer.tsx')).Drawer, { missing: 'toast' });
const SharedPage = lazyPart(async () => (await import('../share/shared-page.tsx')).SharedPage, { missing: 'page' });
const ChatPage = lazyPart(async () => (await import('../chat/chat-page.tsx')).ChatPage, { missing: 'page' });
const NewChat = lazyPart(async () => (await import('../new-chat/new-chat.tsx')).NewChat, { missing: 'page' });

/** The frame comes first, and what is in it beside it, not after it: the address says what that will be. */
if (typeof window !== 'undefined') {
  const { kind } = placeOf(window.location.pathname);
  if (kind === 'chat') ChatPage.preload();
  if (kind === 'new') NewChat.preload();
}

/** The places beside the chats: each comes when somebody goes there. */
const PLACES: Readonly<Record<PlaceName, LazyPart<{ readonly onMenu: () => void }>>> = {
  settings: lazyPart(async () => (await import('../settings/settings-page.tsx')).SettingsPage, { missing: 'page' }),
  usage: lazyPart(async () => (await import('../usage/usage-page.tsx')).UsagePage, { missing: 'page' }),
  workflows: lazyPart(async () => (await import('../gallery/gallery-page.tsx')).GalleryPage, { missing: 'page' }),
  inbox: lazyPart(async () => (await import('../inbox/inbox-page.tsx')).InboxPage, { missing: 'page' }),
};

/** The frame: chats on the left (a drawer on a phone), the chat in the centre. What somebody shares stands alone. */
export function AppShell({ children }: { readonly children: ReactNode }) {
  const place = usePlace();
  return (
    <>
      {place.kind === 'shared' ? <SharedShell shareId={place.shareId} /> : <OwnShell>{children}</OwnShell>}
      <Toasts />
      <Announcer />
      <PlaceBoundary>
        <PaletteHost />
      </PlaceBoundary>
    </>
  );
}

function SharedShell({ shareId }: { readonly shareId: string }) {
  return (
    <main className="flex h-dvh min-w-0 flex-col">
      <PlaceBoundary>
        <SharedPage fallback={<LoadingPlace />} shareId={shareId} />
      </PlaceBoundary>
    </main>
  );
}

function OwnShell({ children }: { readonly children: ReactNode }) {
  const [menuOpen, setMenuOpen] = useState(false);
  const [menuUsed, setMenuUsed] = useState(false);
  const place = usePlace();
  useArrival(place);
  const openMenu = (): void => {
    setMenuUsed(true);
    setMenuOpen(true);
  };
  const closeMenu = (): void => {
    setMenuOpen(false);
  };
  return (
    <div className="flex h-dvh">
      <SkipLinks />
      <div className="hidden w-72 shrink-0 border-r border-line bg-rail in-data-[sidebar=rail]:w-14 md:block">
        <PlaceBoundary>
          <Sidebar />
        </PlaceBoundary>
      </div>
      {menuUsed ? (
        <Drawer
          open={menuOpen}
          onOpenChange={setMenuOpen}
          onMissing={() => {
            setMenuOpen(false);
            setMenuUsed(false);
          }}
        >
          <Sidebar onNavigate={closeMenu} />
        </Drawer>
      ) : null}
      <main id="chat" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <ConnectionBanner />
        <PlaceBoundary key={keyOfPlace(place)}>
          <Suspense fallback={<LoadingPlace />}>
            <Centre onMenu={openMenu}>{children}</Centre>
          </Suspense>
        </PlaceBoundary>
      </main>
    </div>
  );
}

function Centre({ onMenu, children }: { readonly onMenu: () => void; readonly children: ReactNode }) {
  const t = useWords();
  const place = usePlace();
  const wished = useWishedWorkflow();
  const { error, retry } = useSignIn();
  if (error !== null) return <ProblemPage title={t.signInFailed} hint={error.message} onRetry={retry} />;
  switch (place.kind) {
    case 'chat':
      return <ChatPage key={place.chatId} fallback={<LoadingPlace />} chatId={place.chatId} onMenu={onMenu} />;
    case 'new':
      return <NewChat key={wished ?? ''} fallback={<LoadingPlace />} onMenu={onMenu} />;
    case 'other':
    case 'shared':
      return children;
    default: {
      const Place = PLACES[place.kind];
      return <Place fallback={<LoadingPlace />} onMenu={onMenu} />;
    }
  }
}

function LoadingPlace() {
  const t = useWords();
  return (
    <div className="mx-auto w-full max-w-2xl px-6 pt-20">
      <SkeletonLines label={t.loading} />
    </div>
  );
}
