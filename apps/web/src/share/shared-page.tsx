'use client';

import { ApiError, type Api } from '@colloquy/client';
import type { SharedChat } from '@colloquy/contracts';
import { useQuery } from '@tanstack/react-query';
import { Eye, Link2Off, RotateCw } from 'lucide-react';
import { useEffect, useState } from 'react';
import { ChatStoreContext } from '../chat/chat-store.ts';
import { FilesPathContext } from '../chat/message-file-path.ts';
import { createReadOnlyStore } from '../chat/read-only-store.ts';
import { TeamOf } from '../chat/team.tsx';
import { Transcript } from '../chat/transcript.tsx';
import { useWords } from '../i18n/words.ts';
import { useSignIn } from '../shell/client-provider.tsx';
import { usePageTitle } from '../shell/use-page-title.ts';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { formatName } from '../ui/format.ts';
import { isRunning, sharedView } from './shared-view.ts';
import { useShareWords } from './words.ts';

/** How often a chat at work is read again, in ms; one at rest is when the person comes back to the page, or asks. */
const POLL_MS = 4_000;

/** A chat that somebody shares, read only. It needs no sign-in, and makes none. */
export function SharedPage({ shareId }: { readonly shareId: string }) {
  const { client } = useSignIn();
  if (client === undefined) return <Loading />;
  return <Shared key={shareId} shareId={shareId} api={client.api} />;
}

function Shared({ shareId, api }: { readonly shareId: string; readonly api: Pick<Api, 'getShared'> }) {
  const words = useShareWords();
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ['shared', shareId],
    queryFn: ({ signal }) => api.getShared(shareId, { signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && isRunning(state.data) ? POLL_MS : false),
    staleTime: 0,
    retry: (failures, reason) => failures < 3 && !isGone(reason),
  });
  usePageTitle(data === undefined ? '' : data.title || words.untitled);
  // A withdrawn link shows nothing, also of what is here already.
  if (isGone(error)) return <Gone />;
  if (data === undefined) {
    if (error === null) return <Loading />;
    return <ErrorState title={words.cannotLoad} hint={error.message} onRetry={() => void refetch()} />;
  }
  return <Shown shared={data} loading={isFetching} onRefresh={() => void refetch()} />;
}

function Shown(props: { readonly shared: SharedChat; readonly loading: boolean; readonly onRefresh: () => void }) {
  const { shared } = props;
  const words = useShareWords();
  const [store] = useState(() => createReadOnlyStore(shared.shareId, sharedView(shared)));
  useEffect(() => {
    store.show(sharedView(shared));
  }, [store, shared]);
  return (
    <ChatStoreContext value={store}>
      <TeamOf workflow={shared.workflow}>
        <header className="flex h-14 shrink-0 items-center gap-3 border-b border-line pr-2 pl-4 md:px-5">
          <div className="flex min-w-0 flex-1 items-baseline gap-2.5">
            <h1 className="truncate font-semibold tracking-tight">{shared.title || words.untitled}</h1>
            <span className="hidden shrink-0 text-sm text-faint sm:inline">{formatName(shared.workflow)}</span>
          </div>
          <span className="flex shrink-0 items-center gap-1.5 text-xs text-faint">
            <Eye className="size-3.5" aria-hidden />
            <span className="sr-only sm:not-sr-only">{words.readOnly}</span>
          </span>
          <IconButton label={words.refresh} disabled={props.loading} onClick={props.onRefresh}>
            <RotateCw />
          </IconButton>
        </header>
        <FilesPathContext value={`/v1/shared/${encodeURIComponent(shared.shareId)}/files`}>
          <Transcript />
        </FilesPathContext>
        <footer className="flex shrink-0 flex-wrap items-center justify-center gap-x-4 gap-y-1 border-t border-line px-4 py-2.5 text-sm text-soft">
          <span role="status">{isRunning(shared) ? words.running : ''}</span>
          <Own />
        </footer>
      </TeamOf>
    </ChatStoreContext>
  );
}

function Gone() {
  const words = useShareWords();
  return (
    <div role="alert" className="m-auto">
      <h1 className="sr-only">{words.gone}</h1>
      <EmptyState icon={Link2Off} title={words.gone} hint={words.goneHint}>
        <Own />
      </EmptyState>
    </div>
  );
}

/** A plain link: the page it leads to makes who goes there a guest. */
function Own() {
  const words = useShareWords();
  return (
    <a href="/" className="text-accent-ink underline underline-offset-3">
      {words.own}
    </a>
  );
}

function Loading() {
  const t = useWords();
  return (
    <div className="mx-auto w-full max-w-2xl px-6 pt-20">
      <SkeletonLines label={t.loading} />
    </div>
  );
}

function isGone(error: Error | null): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 410);
}
