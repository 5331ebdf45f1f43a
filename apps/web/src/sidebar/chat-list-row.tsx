'use client';

import type { ChatRow } from '@colloquy/contracts';
import { clsx } from 'clsx';
import { useState, type MouseEvent } from 'react';
import { goTo, pathOf } from '../shell/navigate.ts';
import { t } from '../strings.ts';
import { LazyChatMenu } from './lazy-chat-menu.tsx';
import { RenameField } from './rename-field.tsx';
import type { ChatActions } from './use-chat-actions.ts';

/** A chat in the list. */
export function ChatListRow(props: {
  readonly row: ChatRow;
  readonly current: boolean;
  readonly actions: ChatActions;
  readonly onNavigate: (() => void) | undefined;
}) {
  const { row, current, actions, onNavigate } = props;
  const [renaming, setRenaming] = useState(false);
  const title = titleOf(row);
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a new tab or window
    event.preventDefault();
    goTo(row.chatId);
    onNavigate?.();
  };
  if (renaming) {
    return (
      <li>
        <RenameField
          title={title}
          onDone={(next) => {
            setRenaming(false);
            if (next !== undefined && next !== title) actions.rename(row, next);
          }}
        />
      </li>
    );
  }
  return (
    <li
      className={clsx(
        'group relative flex items-center rounded-lg transition-colors hover:bg-hover has-[a:focus-visible]:bg-hover',
        current && 'bg-accent-wash hover:bg-accent-wash',
      )}
    >
      <a
        href={pathOf(row.chatId)}
        onClick={open}
        aria-current={current ? 'page' : undefined}
        className="flex min-h-11 min-w-0 flex-1 items-center gap-2 rounded-lg py-1.5 pl-2.5 text-sm md:min-h-9"
      >
        <span className={clsx('min-w-0 flex-1 truncate', current && 'font-medium')}>{title}</span>
        <StatusMark row={row} />
      </a>
      <LazyChatMenu
        title={title}
        pinned={row.pinned}
        onRename={() => {
          setRenaming(true);
        }}
        onPin={() => {
          actions.setPinned(row, !row.pinned);
        }}
        onRemove={() => {
          actions.remove(row);
        }}
      />
    </li>
  );
}

/** What a chat is called: its title, or what was said last while it has none. */
export function titleOf(row: Pick<ChatRow, 'title' | 'lastText'>): string {
  if (row.title !== '') return row.title;
  return row.lastText === '' ? t.untitled : row.lastText;
}

function StatusMark({ row }: { readonly row: ChatRow }) {
  if (row.status === 'waiting' || row.pendingRequests > 0) {
    return (
      <span className="shrink-0 rounded-full border border-warn-line bg-warn-wash px-1.5 text-[0.6875rem] leading-[1.15rem] font-medium text-warn">
        {t.needsYou}
      </span>
    );
  }
  if (row.status !== 'running') return null;
  return (
    <span className="flex shrink-0 items-center" title={t.running}>
      <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent-fill" />
      <span className="sr-only">{t.running}</span>
    </span>
  );
}
