'use client';

import type { AgentEntry, UserEntry } from '@colloquy/transcript';
import { Ellipsis, FileText, GitFork, Link, Pencil, Quote, RefreshCw, Type } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { announce } from '../../shell/announcer.tsx';
import { useClient } from '../../shell/client-provider.tsx';
import { pathOf, placeOf } from '../../shell/navigate.ts';
import { showToast } from '../../shell/toast-store.ts';
import { useChatStore, useScreen, type ChatStore } from '../chat-store.ts';
import { insertIntoDraft } from '../draft-store.ts';
import { messageHash } from '../use-message-link.ts';
import { MessageUsage } from '../message-usage.tsx';
import { canEdit, canRegenerate, hasMoreAfter, isAskedAgain } from './can-do.ts';
import { copyToClipboard } from './copy-text.ts';
import { beginEdit } from './edit-draft.ts';
import { startFork } from './fork.ts';
import { MENU, MENU_ITEM } from './menu-style.ts';
import { Action } from './action-button.tsx';
import { plainText, quoteOf } from './plain-text.ts';
import { useActionWords } from './words.ts';

type Message = UserEntry | AgentEntry;

/** All that can be done with a message. It comes when it is first asked for, and so it is open then. */
export function MessageMenu({ entry }: { readonly entry: Message }) {
  const t = useActionWords();
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <Action label={t.more}>
          <Ellipsis aria-hidden />
        </Action>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align={entry.kind === 'user' ? 'end' : 'start'}
          sideOffset={4}
          collisionPadding={8}
          className={MENU}
          onCloseAutoFocus={(event) => {
            // An editor or the composer has taken the focus.
            if (document.activeElement?.tagName === 'TEXTAREA') event.preventDefault();
          }}
        >
          <ChangeItems entry={entry} />
          <CopyItems entry={entry} />
          <ForkItem entry={entry} />
          {entry.kind === 'agent' && entry.usage !== undefined ? (
            <DropdownMenu.Label className="max-w-72 border-t border-line px-2.5 pt-2 pb-1 text-xs text-faint tabular-nums">
              {t.usage}: <MessageUsage usage={entry.usage} />
            </DropdownMenu.Label>
          ) : null}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function ChangeItems({ entry }: { readonly entry: Message }) {
  const t = useActionWords();
  const store = useChatStore();
  const more = useScreen(({ chat }) => hasMoreAfter(chat, entry));
  const asked = useScreen(({ outbox }) => isAskedAgain(outbox, entry));
  if (entry.kind === 'user') {
    if (!canEdit(store, entry)) return null;
    return (
      <>
        <Item
          icon={<Pencil aria-hidden />}
          label={t.edit}
          {...(more ? { hint: t.editHint } : {})}
          onSelect={() => {
            beginEdit(store.chatId, entry);
          }}
        />
        <Line />
      </>
    );
  }
  if (asked || !canRegenerate(store, entry)) return null;
  return (
    <>
      <Item
        icon={<RefreshCw aria-hidden />}
        label={t.regenerate}
        hint={more ? t.regenerateAllHint : t.regenerateHint}
        onSelect={() => {
          store.regenerate(entry.messageId);
          announce(t.regenerateAnnounced);
        }}
      />
      <Line />
    </>
  );
}

function CopyItems({ entry }: { readonly entry: Message }) {
  const t = useActionWords();
  const store = useChatStore();
  const copy = (text: string, done: string): void => {
    void copyToClipboard(text, { done, failed: t.copyFailed }).then((copied) => {
      if (copied) showToast(done);
    });
  };
  return (
    <>
      <Item
        icon={<Type aria-hidden />}
        label={t.copyText}
        onSelect={() => {
          copy(entry.kind === 'user' ? entry.text : plainText(entry.text), t.copied);
        }}
      />
      <Item
        icon={<FileText aria-hidden />}
        label={t.copyMarkdown}
        onSelect={() => {
          copy(entry.text, t.copied);
        }}
      />
      {hasAddress(store) ? (
        <Item
          icon={<Link aria-hidden />}
          label={t.copyLink}
          onSelect={() => {
            copy(`${window.location.origin}${window.location.pathname}${messageHash(entry.messageId)}`, t.linkCopied);
          }}
        />
      ) : null}
      {store.readOnly ? null : (
        <Item
          icon={<Quote aria-hidden />}
          label={t.quote}
          onSelect={() => {
            insertIntoDraft(store.chatId, quoteOf(entry.text));
            announce(t.quoted);
          }}
        />
      )}
    </>
  );
}

/** A page that shows a chat by its link has its own address, which is not for copying chats. */
function ForkItem({ entry }: { readonly entry: Message }) {
  const t = useActionWords();
  const store = useChatStore();
  const client = useClient();
  if (client === undefined || entry.imported === true || !isOwnChat(store)) return null;
  return (
    <>
      <Line />
      <Item
        icon={<GitFork aria-hidden />}
        label={t.fork}
        hint={t.forkHint}
        onSelect={() => void startFork(client, { chatId: store.chatId, atSeq: entry.seq, done: t.forked })}
      />
    </>
  );
}

function isOwnChat({ chatId }: ChatStore): boolean {
  return window.location.pathname === pathOf(chatId);
}

/** What stands in an older version only, no address shows; on the page of a link it is found by that link. */
function hasAddress({ readOnly }: ChatStore): boolean {
  return !readOnly || placeOf(window.location.pathname).kind === 'shared';
}

function Line() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

function Item(props: {
  readonly icon: ReactNode;
  readonly label: string;
  readonly hint?: string;
  readonly onSelect: () => void;
}) {
  return (
    <DropdownMenu.Item className={MENU_ITEM} onSelect={props.onSelect}>
      {props.icon}
      <span className="min-w-0">
        {props.label}
        {props.hint === undefined ? null : <span className="block text-xs text-faint">{props.hint}</span>}
      </span>
    </DropdownMenu.Item>
  );
}
