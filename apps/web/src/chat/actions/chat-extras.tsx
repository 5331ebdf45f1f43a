'use client';

import { useChatStore } from '../chat-store.ts';
import { setDoing, useDoing } from './doing-store.ts';
import { useChatCommands } from './use-chat-commands.ts';
import { useSeenMarker } from './use-seen-marker.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const ForkDialog = lazyPart(async () => (await import('./fork-dialog.tsx')).ForkDialog, { missing: 'toast' });
const ShareDialog = lazyPart(async () => (await import('../../share/share-dialog.tsx')).ShareDialog, {
  missing: 'toast',
});

/** What an open chat does besides being drawn; it comes after the first load. */
export function ChatExtras() {
  useSeenMarker();
  useChatCommands();
  const fork = useDoing('fork');
  const sharing = useDoing('sharing') === true;
  const { chatId } = useChatStore();
  const endSharing = (): void => {
    setDoing(chatId, { sharing: undefined });
  };
  return (
    <>
      {fork === undefined ? null : <ForkDialog onMissing={fork.cancel} />}
      {sharing ? <ShareDialog chatId={chatId} onMissing={endSharing} onClose={endSharing} /> : null}
    </>
  );
}
