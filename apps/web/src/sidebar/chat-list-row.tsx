'use client';

import type { ChatRow } from '@colloquy/contracts';
import { clsx } from 'clsx';
import { useId, type KeyboardEvent, type MouseEvent } from 'react';
import { plainText } from '../chat/actions/plain-text.ts';
import { useWords } from '../i18n/words.ts';
import { goTo, pathOf } from '../shell/navigate.ts';
import { formatName, useFormat } from '../ui/format.ts';
import { titleOf } from './chat-title.ts';
import { Highlight, snippetOf } from './highlight.tsx';
import { LazyChatMenu } from './lazy-chat-menu.tsx';
import { FOR_MENU_BUTTON } from './menu-button.ts';
import { RenameField } from './rename-field.tsx';
import { StatusMark } from './status-mark.tsx';
import type { ChatActions } from './use-chat-actions.ts';

/** What a row is told by its list. */
export interface RowProps {
  readonly row: ChatRow;
  readonly current: boolean;
  /** True of the one row that Tab stops at; arrow keys move it. */
  readonly tabbable: boolean;
  readonly renaming: boolean;
  /** What was searched for; empty when nothing was. */
  readonly q: string;
  readonly actions: ChatActions;
  readonly onRename: (renaming: boolean) => void;
  readonly onShare: () => void;
  readonly onFocus: () => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onNavigate: (() => void) | undefined;
}

/** A chat in the list. */
export function ChatListRow(props: RowProps) {
  const { row, current, actions } = props;
  const t = useWords();
  const title = titleOf(row, t.untitled);
  if (props.renaming) {
    return (
      <RenameField
        title={title}
        onDone={(next) => {
          props.onRename(false);
          if (next !== undefined && next !== title) actions.rename(row, next);
        }}
      />
    );
  }
  return (
    <div
      className={clsx(
        'group relative flex items-center rounded-lg transition-colors',
        current ? 'bg-accent-wash' : 'hover:bg-hover has-[a:focus-visible]:bg-hover',
      )}
    >
      <RowLink {...props} title={title} />
      <LazyChatMenu
        row={row}
        title={title}
        tabIndex={props.tabbable ? 0 : -1}
        onRename={() => {
          props.onRename(true);
        }}
        onPin={() => {
          actions.setPinned(row, !row.pinned);
        }}
        onShare={props.onShare}
        onRemove={() => {
          actions.remove(row);
        }}
      />
    </div>
  );
}

function RowLink(props: RowProps & { readonly title: string }) {
  const { row, title, current, q } = props;
  const open = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return; // a new tab or window
    event.preventDefault();
    goTo(row.chatId);
    props.onNavigate?.();
  };
  const about = useId();
  const elsewhere = q !== '' && row.lastText !== title && !title.toLowerCase().includes(q.toLowerCase());
  return (
    <a
      href={pathOf(row.chatId)}
      onClick={open}
      onFocus={props.onFocus}
      onKeyDown={props.onKeyDown}
      tabIndex={props.tabbable ? 0 : -1}
      aria-current={current ? 'page' : undefined}
      aria-describedby={about}
      data-row={row.chatId}
      className={clsx(
        'flex min-h-11 min-w-0 flex-1 items-center gap-2 rounded-lg py-1 pl-2.5 text-sm focus-visible:outline-offset-[-2px] md:min-h-row',
        FOR_MENU_BUTTON,
      )}
    >
      <span className="min-w-0 flex-1">
        <span
          className={clsx('block truncate', current ? 'font-medium' : (row.unread ?? 0) > 0 && 'font-semibold')}
          title={title}
        >
          <Highlight text={title} q={q} />
        </span>
        <span
          id={about}
          className="block truncate text-xs text-soft tabular-nums empty:hidden"
          aria-hidden={!elsewhere}
        >
          {elsewhere ? <Highlight text={snippetOf(row.lastText, q)} q={q} /> : <Facts row={row} current={current} />}
        </span>
      </span>
      <StatusMark row={row} current={current} />
    </a>
  );
}

/** Of a chat in which something goes on or is new: who works in it, what it has cost, and what was said last. */
function Facts({ row, current }: { readonly row: ChatRow; readonly current: boolean }) {
  const format = useFormat();
  const busy = row.status !== 'idle' || row.pendingRequests > 0;
  const news = !current && (row.unread ?? 0) > 0;
  if (!busy && !news) return null;
  const cost = row.costMicroUsd > 0 ? [format.cost(row.costMicroUsd)] : [];
  return [
    ...(busy ? [formatName(row.workflow)] : []),
    ...cost,
    ...(news && row.lastText !== titleOf(row, '') ? [plainText(row.lastText)] : []),
  ].join(' · ');
}
