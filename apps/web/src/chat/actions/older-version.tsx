'use client';

import type { ChatView } from '@colloquy/transcript';
import { useQuery } from '@tanstack/react-query';
import { History } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useClient } from '../../shell/client-provider.tsx';
import { Button } from '../../ui/button.tsx';
import { ChatStoreContext, useChatStore } from '../chat-store.ts';
import { createReadOnlyStore } from '../read-only-store.ts';
import { Transcript } from '../transcript.tsx';
import { setDoing, useDoing, type VersionDoing } from './doing-store.ts';
import { startFork } from './fork.ts';
import { loadVersion } from './load-version.ts';
import { useActionWords } from './words.ts';

/** An older version of the chat, to be looked at, in place of the newest. */
export function OlderVersion() {
  const version = useDoing('version');
  return version === undefined ? null : <Looked version={version} />;
}

function Looked({ version }: { readonly version: VersionDoing }) {
  const t = useActionWords();
  const { chatId } = useChatStore();
  const client = useClient();
  const { upToSeq, messageId } = version.versions[version.index] ?? { upToSeq: 0, messageId: '' };
  const loaded = useQuery({
    queryKey: ['version', chatId, upToSeq],
    queryFn: async ({ signal }) =>
      client === undefined ? undefined : loadVersion(client.api, { chatId, upToSeq }, signal),
    enabled: client !== undefined,
    // The log does not change; but it may be long, and is soon given back.
    staleTime: Infinity,
    gcTime: 60_000,
  });
  useEscape(chatId);
  return (
    <>
      <VersionBanner version={version} upToSeq={upToSeq} />
      {loaded.isError ? (
        <div role="alert" className="m-auto flex flex-col items-center gap-3 p-8 text-center">
          {t.versionFailed}
          <Button onClick={() => void loaded.refetch()}>{t.tryAgain}</Button>
        </div>
      ) : loaded.data === undefined ? (
        <p role="status" className="m-auto p-8 text-soft">
          {t.versionLoading}
        </p>
      ) : (
        <ShownVersion key={upToSeq} chat={loaded.data} messageId={messageId} />
      )}
    </>
  );
}

function ShownVersion({ chat, messageId }: { readonly chat: ChatView; readonly messageId: string }) {
  const [store] = useState(() => createReadOnlyStore(chat.chatId, { ...chat, seenSeq: chat.lastSeq }));
  useEffect(() => {
    void store.transcript.scrollTo(messageId, { focus: true });
  }, [store, messageId]);
  return (
    <ChatStoreContext value={store}>
      <Transcript />
    </ChatStoreContext>
  );
}

function VersionBanner({ version, upToSeq }: { readonly version: VersionDoing; readonly upToSeq: number }) {
  const t = useActionWords();
  const { chatId } = useChatStore();
  const client = useClient();
  return (
    <div className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1.5 border-b border-line bg-rail px-4 py-2 text-sm">
      <p role="status" className="flex items-center gap-2">
        <History className="size-4 shrink-0 text-faint" aria-hidden />
        {t.lookingAt(version.index + 1, version.versions.length + 1)}
      </p>
      <Button
        onClick={() => {
          setDoing(chatId, { version: undefined });
        }}
      >
        {t.backToNewest}
      </Button>
      <Button
        tone="plain"
        onClick={() => {
          if (client !== undefined) void startFork(client, { chatId, atSeq: upToSeq, done: t.forked });
        }}
      >
        {t.goOnFromVersion}
      </Button>
    </div>
  );
}

/** Esc goes back to the newest version, when nothing nearer takes it. */
function useEscape(chatId: string): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented || event.isComposing) return;
      if (document.querySelector('[role="dialog"], [role="menu"]') !== null) return;
      event.preventDefault();
      setDoing(chatId, { version: undefined });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, [chatId]);
}
