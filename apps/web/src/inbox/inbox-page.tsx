'use client';

import { Inbox as InboxIcon } from 'lucide-react';
import { useEffect } from 'react';
import { useWords } from '../i18n/words.ts';
import { PlaceFrame } from '../shell/place-frame.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { SkeletonLines } from '../ui/skeleton.tsx';
import { InboxChat } from './inbox-chat.tsx';
import { forgetAnswered } from './sent-answers.ts';
import { useInbox } from './use-inbox.ts';
import { useInboxWords } from './words.ts';

/** What waits for the person, over all chats, longest waiting first. */
export function InboxPage({ onMenu }: { readonly onMenu: () => void }) {
  const t = useWords();
  return (
    <PlaceFrame title={t.places.inbox} onMenu={onMenu}>
      <Questions />
    </PlaceFrame>
  );
}

function Questions() {
  const t = useWords();
  const words = useInboxWords();
  const { data, isError, error, refetch } = useInbox();
  useEffect(() => {
    if (data !== undefined) forgetAnswered(data);
  }, [data]);
  if (data === undefined) {
    if (!isError) return <SkeletonLines label={t.loading} lines={6} />;
    return <ErrorState title={words.failed} hint={error.message} onRetry={() => void refetch()} />;
  }
  if (data.chats.length === 0) return <EmptyState icon={InboxIcon} title={words.empty} hint={words.emptyHint} />;
  return (
    <div className="flex flex-col gap-6">
      {data.chats.map((chat) => (
        <InboxChat key={chat.chatId} chat={chat} />
      ))}
    </div>
  );
}
