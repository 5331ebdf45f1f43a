'use client';

import type { Client } from '@colloquy/client';
import { useEffect, useState } from 'react';
import { useClient } from '../shell/client-provider.tsx';
import { goTo } from '../shell/navigate.ts';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { setDoing, useDoing } from './actions/doing-store.ts';
import { ChatComposer } from './chat-composer.tsx';
import { ChatHeader } from './chat-header.tsx';
import { ChatStoreContext, createChatStore, useChatStore, useScreen } from './chat-store.ts';
import { TeamOf } from './team.tsx';
import { Transcript } from './transcript.tsx';
import { useAnnouncements } from './use-announcements.ts';
import { usePageTitle } from './use-page-title.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const ChatExtras = lazyPart(async () => (await import('./actions/chat-extras.tsx')).ChatExtras, {
  missing: 'fallback',
});
const OlderVersion = lazyPart(async () => (await import('./actions/older-version.tsx')).OlderVersion, {
  missing: 'toast',
});
const SearchBar = lazyPart(async () => (await import('./search/search-bar.tsx')).SearchBar, { missing: 'toast' });
const RunPanelSlot = lazyPart(async () => (await import('../panel/run-panel-slot.tsx')).RunPanelSlot, {
  missing: 'fallback',
});

interface ChatPageProps {
  readonly chatId: string;
  readonly onMenu: () => void;
}

/** One chat: its header, its transcript, and where to write. */
export function ChatPage({ chatId, onMenu }: ChatPageProps) {
  const client = useClient();
  if (client === undefined) return <LoadingChat />;
  return <OpenChat client={client} chatId={chatId} onMenu={onMenu} />;
}

function OpenChat({ client, chatId, onMenu }: ChatPageProps & { readonly client: Client }) {
  const [store] = useState(() => createChatStore(client, chatId));
  useEffect(() => store.open(), [store]);
  return (
    <ChatStoreContext value={store}>
      <ChatBody onMenu={onMenu} />
    </ChatStoreContext>
  );
}

function ChatBody({ onMenu }: { readonly onMenu: () => void }) {
  const phase = useScreen((screen) => screen.phase);
  const workflow = useScreen((screen) => screen.chat.workflow);
  const blank = useScreen((screen) => screen.chat.lastSeq === 0 && screen.outbox.length === 0);
  if (phase === 'gone' && blank) return <GoneChat />;
  return (
    <TeamOf workflow={workflow}>
      <Announcements />
      <div className="flex min-h-0 flex-1">
        <div className="flex min-w-0 flex-1 flex-col">
          <ChatHeader onMenu={onMenu} />
          <DeletedNote />
          <Centre blank={blank} />
        </div>
        <ChatExtras />
        <RunPanelSlot />
      </div>
    </TeamOf>
  );
}

/** What is said and where to write; or an older version of it, in which nothing can be said. */
function Centre({ blank }: { readonly blank: boolean }) {
  const { chatId } = useChatStore();
  const looking = useDoing('version') !== undefined;
  const searching = useDoing('searching') === true && !looking;
  return (
    <>
      {searching ? (
        <SearchBar
          onMissing={() => {
            setDoing(chatId, { searching: undefined });
          }}
        />
      ) : null}
      {looking ? (
        <OlderVersion
          fallback={<LoadingChat />}
          onMissing={() => {
            setDoing(chatId, { version: undefined });
          }}
        />
      ) : (
        <>
          {blank ? <LoadingChat /> : <Transcript />}
          <ChatComposer />
        </>
      )}
    </>
  );
}

/** Draws nothing: it tells what happens to who listens, and to the window's title. */
function Announcements() {
  useAnnouncements();
  usePageTitle();
  return null;
}

function DeletedNote() {
  const t = useWords();
  const store = useChatStore();
  const deleted = useScreen((screen) => screen.chat.deleted);
  if (!deleted) return null;
  return (
    <div
      role="status"
      className="flex items-center justify-center gap-3 border-b border-line bg-bad-wash px-4 py-2 text-sm"
    >
      {t.chatDeleted}
      <Button onClick={() => void store.restore()}>{t.restore}</Button>
    </div>
  );
}

function GoneChat() {
  const t = useWords();
  return (
    <div className="m-auto flex max-w-md flex-col items-center gap-2 p-8 text-center" role="alert">
      <h1 className="text-lg font-semibold">{t.chatGone}</h1>
      <p className="text-soft">{t.chatGoneHint}</p>
      <Button
        tone="solid"
        className="mt-3"
        onClick={() => {
          goTo();
        }}
      >
        {t.newChat}
      </Button>
    </div>
  );
}

function LoadingChat() {
  const t = useWords();
  return (
    <div
      className="mx-auto flex w-full max-w-3xl flex-1 flex-col justify-end gap-6 overflow-hidden px-4 pb-8"
      role="status"
    >
      <span className="sr-only">{t.loadingChat}</span>
      {['w-3/5', 'w-4/5', 'w-2/3'].map((width) => (
        <div key={width} aria-hidden className="flex animate-pulse gap-3">
          <div className="size-7 shrink-0 rounded-lg bg-hover" />
          <div className="flex flex-1 flex-col gap-2 pt-1">
            <div className="h-3.5 w-24 rounded bg-hover" />
            <div className={`h-3.5 rounded bg-hover ${width}`} />
            <div className="h-3.5 w-2/5 rounded bg-hover" />
          </div>
        </div>
      ))}
    </div>
  );
}
