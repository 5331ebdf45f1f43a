'use client';

import type { AgentEntry, UserEntry } from '@colloquy/transcript';
import { Check, Copy, Ellipsis, Pencil, RefreshCw } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import { announce } from '../../shell/announcer.tsx';
import { useChatStore, useScreen } from '../chat-store.ts';
import { OutboxState } from '../outbox-message.tsx';
import { Action } from './action-button.tsx';
import { canEdit, canRegenerate, isAskedAgain, isNewestAnswer } from './can-do.ts';
import { copyToClipboard } from './copy-text.ts';
import { beginEdit } from './edit-draft.ts';
import { VersionPager } from './version-pager.tsx';
import { useActionWords } from './words.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const MessageMenu = lazyPart(async () => (await import('./message-menu.tsx')).MessageMenu, { missing: 'toast' });

/** Shown when the mouse or the focus comes near, and always for fingers. */
const QUIET =
  'opacity-0 group-hover/message:opacity-100 group-focus-within/message:opacity-100 has-[[data-state=open]]:opacity-100 pointer-coarse:opacity-100';

/** What can be done with a message: the most wanted at once, the rest in a menu. */
export function MessageToolbar({ entry }: { readonly entry: UserEntry | AgentEntry }) {
  const t = useActionWords();
  const store = useChatStore();
  const again = useScreen(({ chat, outbox }) => isNewestAnswer(chat, entry) && !isAskedAgain(outbox, entry));
  if (entry.kind === 'agent' && entry.state === 'streaming') return null;
  return (
    <div data-message={entry.key} className={clsx('flex min-w-0 items-center', entry.kind === 'user' && 'justify-end')}>
      {entry.kind === 'user' ? <VersionPager entry={entry} /> : null}
      <div role="group" aria-label={t.messageActions} className={clsx('flex items-center transition-opacity', QUIET)}>
        <CopyAction text={entry.text} />
        {entry.kind === 'user' && canEdit(store, entry) ? (
          <Action
            label={t.edit}
            onClick={() => {
              beginEdit(store.chatId, entry);
            }}
          >
            <Pencil aria-hidden />
          </Action>
        ) : null}
        {again && canRegenerate(store, entry) ? (
          <Action
            label={t.regenerate}
            onClick={() => {
              store.regenerate(entry.messageId);
              announce(t.regenerateAnnounced);
            }}
          >
            <RefreshCw aria-hidden />
          </Action>
        ) : null}
        <MenuAction entry={entry} />
      </div>
      <PendingRegenerate messageId={entry.messageId} />
    </div>
  );
}

const SHOWN_MS = 1_500;

function CopyAction({ text }: { readonly text: string }) {
  const t = useActionWords();
  const [copied, setCopied] = useState(false);
  const copy = async (): Promise<void> => {
    if (!(await copyToClipboard(text, { done: t.copied, failed: t.copyFailed }))) return;
    setCopied(true);
    setTimeout(() => {
      setCopied(false);
    }, SHOWN_MS);
  };
  return (
    <Action label={copied ? t.copied : t.copyMessage} onClick={() => void copy()}>
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
    </Action>
  );
}

/** The menu's own code comes with its first use. */
function MenuAction({ entry }: { readonly entry: UserEntry | AgentEntry }) {
  const t = useActionWords();
  const [wanted, setWanted] = useState(false);
  const button = (
    <Action
      label={t.more}
      aria-haspopup="menu"
      onClick={() => {
        setWanted(true);
      }}
    >
      <Ellipsis aria-hidden />
    </Action>
  );
  if (!wanted) return button;
  return (
    <MessageMenu
      fallback={button}
      onMissing={() => {
        setWanted(false);
      }}
      entry={entry}
    />
  );
}

/** That a message is answered again, while the log does not show it yet. */
function PendingRegenerate({ messageId }: { readonly messageId: string }) {
  const t = useActionWords();
  const item = useScreen(({ outbox }) =>
    outbox.find(({ command }) => command.kind === 'regenerate' && command.messageId === messageId),
  );
  if (item === undefined) return null;
  return (
    <span className="ml-2 text-xs text-faint">
      {item.state === 'failed' || item.attempts > 1 ? <OutboxState item={item} /> : t.regenerating}
    </span>
  );
}
