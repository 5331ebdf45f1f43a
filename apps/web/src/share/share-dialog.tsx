'use client';

import { ClientError } from '@colloquy/client';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Check, Copy, ExternalLink } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useClient } from '../shell/client-provider.tsx';
import { showToast } from '../shell/toast-store.ts';
import { Button } from '../ui/button.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { useWords } from '../i18n/words.ts';
import { useShareWords } from './words.ts';

/** Makes the read-only link of a chat, shows it, and withdraws it; it says what others see. */
export function ShareDialog({ chatId, onClose }: { readonly chatId: string; readonly onClose: () => void }) {
  const words = useShareWords();
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={words.title}
      description={words.hint}
    >
      <ul className="mb-4 flex list-disc flex-col gap-1.5 pl-5 text-sm text-soft">
        {words.points.map((point) => (
          <li key={point}>{point}</li>
        ))}
      </ul>
      <Link chatId={chatId} />
    </Dialog>
  );
}

function Link({ chatId }: { readonly chatId: string }) {
  const t = useWords();
  const words = useShareWords();
  const { link, busy, failure, make, withdraw } = useShareLink(chatId);
  if (link.isPending) return <SkeletonLines label={t.loading} lines={1} />;
  if (link.isError) {
    return (
      <p role="alert" className="flex flex-wrap items-center gap-2 text-sm text-bad">
        {words.loadFailed}
        <Button onClick={() => void link.refetch()}>{t.tryAgain}</Button>
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-3">
      {link.data === null ? (
        <Button tone="solid" className="self-start" disabled={busy} onClick={make}>
          {busy ? words.making : words.make}
        </Button>
      ) : (
        <Made url={`${window.location.origin}/s/${link.data}`}>
          <Button tone="bad" className="ml-auto" disabled={busy} onClick={withdraw}>
            {words.withdraw}
          </Button>
        </Made>
      )}
      {failure === undefined ? null : (
        <p role="alert" className="text-sm text-bad">
          {words.failed}: {failure}
        </p>
      )}
    </div>
  );
}

function Made({ url, children }: { readonly url: string; readonly children: ReactNode }) {
  const words = useShareWords();
  const [copied, setCopied] = useState(false);
  return (
    <>
      <input
        readOnly
        aria-label={words.link}
        value={url}
        onFocus={(event) => {
          event.target.select();
        }}
        className="h-11 w-full rounded-lg border border-line-strong bg-background px-3 font-mono text-sm md:h-9"
      />
      <div className="flex flex-wrap gap-2">
        <Button
          tone="solid"
          onClick={() => {
            void navigator.clipboard.writeText(url).then(() => {
              setCopied(true);
            });
          }}
        >
          {copied ? <Check className="size-4" aria-hidden /> : <Copy className="size-4" aria-hidden />}
          <span role="status">{copied ? words.copied : words.copy}</span>
        </Button>
        <a
          href={url}
          target="_blank"
          rel="noreferrer"
          className="inline-flex min-h-11 items-center gap-2 rounded-lg border border-line-strong px-4 text-sm font-medium hover:bg-hover md:min-h-9 md:px-3.5"
        >
          <ExternalLink className="size-4" aria-hidden />
          {words.open}
        </a>
        {children}
      </div>
    </>
  );
}

/** The link of a chat: its id, null when there is none. */
function useShareLink(chatId: string) {
  const words = useShareWords();
  const client = useClient();
  const queries = useQueryClient();
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string>();
  const key = ['share', chatId];
  const link = useQuery({
    queryKey: key,
    queryFn: async ({ signal }) => (await client?.api.getChat(chatId, { signal }))?.shareId ?? null,
    enabled: client !== undefined,
    staleTime: 0,
    // The answer to a change is newer than what the document says a moment later.
    refetchOnWindowFocus: false,
  });
  const change = (work: Promise<string | null> | undefined): void => {
    if (work === undefined) return;
    setBusy(true);
    setFailure(undefined);
    work
      .then(
        (shareId) => {
          queries.setQueryData(key, shareId);
        },
        (error: unknown) => {
          setFailure(error instanceof ClientError ? error.message : String(error));
        },
      )
      .finally(() => {
        setBusy(false);
      });
  };
  return {
    link,
    busy,
    failure,
    make: () => {
      change(client?.api.shareChat(chatId).then(({ shareId }) => shareId));
    },
    withdraw: () => {
      change(
        client?.api.unshareChat(chatId).then(() => {
          showToast(words.withdrawn);
          return null;
        }),
      );
    },
  };
}
