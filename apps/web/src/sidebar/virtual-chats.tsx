'use client';

import type { ChatRow } from '@colloquy/contracts';
import { defaultRangeExtractor } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import { useVirtualList } from '../chat/use-virtual-list.ts';
import { usePlace } from '../shell/navigate.ts';
import { ChatListRow } from './chat-list-row.tsx';
import { groupsOf, type ListItem, type Placed } from './list-items.ts';
import { More, type MorePages } from './more-chats.tsx';
import { RowDialogs, type Doing } from './row-dialogs.tsx';
import { useChatActions } from './use-chat-actions.ts';
import { useRowKeys, type RowKeys } from './use-row-keys.ts';
import { useListWords } from './words.ts';

/** Lines of the list; only those in view exist, and the one that Tab stops at. */
export function VirtualChats(props: {
  readonly items: readonly ListItem[];
  readonly q: string;
  readonly onNavigate: (() => void) | undefined;
  readonly more: MorePages;
}) {
  'use no memo'; // see chat/use-virtual-list.ts
  const { items, more } = props;
  const words = useListWords();
  const scroller = useRef<HTMLDivElement>(null);
  const [doing, setDoing] = useState<Doing>();
  const rows = items.flatMap((item) => (item.kind === 'row' ? [item.row] : []));
  const focus = (chatId: string): void => {
    list.scrollToIndex(items.findIndex(({ key }) => key === chatId));
    focusRow(scroller, chatId);
  };
  const start = (kind: Doing['kind'], chatId: string): void => {
    const row = rows.find((one) => one.chatId === chatId);
    if (row !== undefined) setDoing({ kind, row });
  };
  const keys = useRowKeys({
    keys: rows.map(({ chatId }) => chatId),
    show: focus,
    onRename: (chatId) => {
      start('rename', chatId);
    },
    onRemove: (chatId) => {
      start('remove', chatId);
    },
  });
  const current = useCurrentChat();
  const ids = new Set(rows.map(({ chatId }) => chatId));
  const tabStop = [keys.active, current].find((id) => id !== undefined && ids.has(id)) ?? rows[0]?.chatId;
  const kept = items.findIndex(({ key }) => key === tabStop);
  const list = useVirtualList({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === 'heading' ? 34 : 37),
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 8,
    useFlushSync: false,
    rangeExtractor: (range) => withIndex(defaultRangeExtractor(range), kept),
  });
  const lines: Lines = { ...props, keys, current, tabStop, doing, setDoing, focus };
  const removed = (row: ChatRow): void => {
    const index = rows.indexOf(row);
    const next = rows[index + 1] ?? rows[index - 1];
    if (next === undefined) return;
    keys.setActive(next.chatId);
    focus(next.chatId);
  };
  return (
    <div ref={scroller} className="thin-scroll min-h-0 flex-1 overflow-y-auto pb-3">
      <p id="chat-list-keys" hidden>
        {words.keys}
      </p>
      <div className="relative" style={{ height: list.getTotalSize() }}>
        {groupsOf(items, list.getVirtualItems()).map((group) => (
          <section key={group.key} aria-label={group.title}>
            {group.heading === undefined ? null : <HeadingLine at={group.heading} measure={list.measureElement} />}
            <ul>
              {group.rows.map((at) => (
                <RowLine key={at.item.key} at={at} lines={lines} measure={list.measureElement} />
              ))}
            </ul>
          </section>
        ))}
      </div>
      {more.has ? <More more={more} scroller={scroller} /> : null}
      <RowDialogs
        doing={doing}
        onDone={() => {
          setDoing(undefined);
        }}
        onRemoved={removed}
      />
    </div>
  );
}

/** What the lines of a list have in common. */
interface Lines {
  readonly q: string;
  readonly onNavigate: (() => void) | undefined;
  readonly keys: RowKeys;
  readonly current: string | undefined;
  readonly tabStop: string | undefined;
  readonly doing: Doing | undefined;
  readonly setDoing: (doing: Doing | undefined) => void;
  readonly focus: (chatId: string) => void;
}

interface LineProps<Kind extends ListItem['kind']> {
  readonly at: Placed<Kind>;
  readonly lines: Lines;
  readonly measure: (element: HTMLElement | null) => void;
}

const LINE = 'absolute inset-x-0 top-0 px-2 pb-px';

function HeadingLine({ at, measure }: Omit<LineProps<'heading'>, 'lines'>) {
  return (
    <div ref={measure} data-index={at.index} className={LINE} style={{ transform: `translateY(${String(at.top)}px)` }}>
      <h2 className="px-2 pt-2.5 pb-1 text-xs font-medium text-faint">{at.item.title}</h2>
    </div>
  );
}

function RowLine({ at, lines, measure }: LineProps<'row'>) {
  const actions = useChatActions();
  const { keys, setDoing } = lines;
  const { row, place } = at.item;
  const { chatId } = row;
  return (
    <li
      ref={measure}
      data-index={at.index}
      className={LINE}
      style={{ transform: `translateY(${String(at.top)}px)` }}
      aria-setsize={place.of}
      aria-posinset={place.nth}
    >
      <ChatListRow
        row={row}
        q={lines.q}
        current={chatId === lines.current}
        tabbable={chatId === lines.tabStop}
        renaming={lines.doing?.kind === 'rename' && lines.doing.row.chatId === chatId}
        actions={actions}
        onRename={(renaming) => {
          setDoing(renaming ? { kind: 'rename', row } : undefined);
          if (!renaming) lines.focus(chatId);
        }}
        onShare={() => {
          setDoing({ kind: 'share', row });
        }}
        onFocus={() => {
          keys.setActive(chatId);
        }}
        onKeyDown={(event) => {
          keys.onKeyDown(event, chatId);
        }}
        onNavigate={lines.onNavigate}
      />
    </li>
  );
}

function useCurrentChat(): string | undefined {
  const place = usePlace();
  return place.kind === 'chat' ? place.chatId : undefined;
}

function withIndex(drawn: number[], index: number): number[] {
  return index < 0 || drawn.includes(index) ? drawn : [...drawn, index].sort((a, b) => a - b);
}

/** Gives the focus to a row, as soon as the list has drawn it: that takes a frame or two. */
function focusRow(scroller: { readonly current: HTMLElement | null }, chatId: string, tries = 6): void {
  requestAnimationFrame(() => {
    const link = scroller.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(chatId)}"]`);
    if (link !== null && link !== undefined) link.focus({ preventScroll: true });
    else if (tries > 0) focusRow(scroller, chatId, tries - 1);
  });
}
