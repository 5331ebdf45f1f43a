'use client';

import type { AgentEntry, UserEntry } from '@colloquy/transcript';
import type { ReactNode } from 'react';
import { useChatStore, useScreen } from '../chat-store.ts';
import { setDoing, useDoing } from './doing-store.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const MessageToolbar = lazyPart(async () => (await import('./message-toolbar.tsx')).MessageToolbar, {
  missing: 'fallback',
});
const ChangedMessage = lazyPart(async () => (await import('./changed-message.tsx')).ChangedMessage, {
  missing: 'toast',
});
const ForkedFromLine = lazyPart(async () => (await import('./forked-from.tsx')).ForkedFrom, { missing: 'fallback' });
const TryAgainButton = lazyPart(async () => (await import('./try-again.tsx')).TryAgain, { missing: 'fallback' });

/** What can be done with a message, below it. Its code comes after the first load; its place is kept. */
export function MessageActions({ entry }: { readonly entry: UserEntry | AgentEntry }) {
  return (
    <div className="flex h-7 items-center pointer-coarse:h-11">
      <MessageToolbar entry={entry} />
    </div>
  );
}

/** A person's message: as it is (the children), while it is being changed, or while its change is on its way. */
export function Editable({ entry, children }: { readonly entry: UserEntry; readonly children: ReactNode }) {
  const { chatId } = useChatStore();
  const editing = useDoing('editing')?.messageId === entry.messageId;
  const pending = useScreen(({ outbox }) =>
    outbox.find(({ command }) => command.kind === 'edit' && command.messageId === entry.messageId),
  );
  if (!editing && pending === undefined) return children;
  return (
    <ChangedMessage
      fallback={children}
      onMissing={() => {
        setDoing(chatId, { editing: undefined });
      }}
      entry={entry}
      editing={editing}
      pending={pending}
    />
  );
}

/** Below the newest run, when it has failed: a button that has it answered again. */
export function TryAgain({ runId }: { readonly runId: string }) {
  const newest = useScreen(({ chat }) => chat.lastRun?.runId === runId && chat.status === 'idle');
  if (!newest) return null;
  return <TryAgainButton />;
}

/** At the beginning of a chat that goes on from another one: which one that is. */
export function ForkedFrom({ chatId }: { readonly chatId: string }) {
  return <ForkedFromLine fallback={<div className="h-9" />} chatId={chatId} />;
}
