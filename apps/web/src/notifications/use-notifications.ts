'use client';

import type { ChatPage, ChatRow } from '@colloquy/contracts';
import { useQueryClient, type InfiniteData, type QueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { currentSettings, useSettings } from '../settings/use-settings.ts';
import { useClient } from '../shell/client-provider.tsx';
import { goTo, placeOf } from '../shell/navigate.ts';
import { noticeOf, type Notice } from './notice-of.ts';
import { joinTabs } from './tabs.ts';
import { useNotificationWords } from './words.ts';

const TEXT_LENGTH = 160;

/** Tells of chats that are not in view, when the person wants that: from one tab, once for each chat. */
export function useNotifications(): void {
  const client = useClient();
  const queries = useQueryClient();
  const words = useNotificationWords();
  const { notify } = useSettings();
  const on = notify !== 'off' && 'Notification' in window && Notification.permission === 'granted';
  const say = useRef(words);
  useEffect(() => {
    say.current = words;
  });
  useEffect(() => {
    if (client === undefined || !on) return undefined;
    const tabs = joinTabs(chatInView);
    const rows = new Map<string, ChatRow>();
    const offLists = learnRows(queries, rows);
    const shown = new Map<string, Notification>();
    const tell = async (notice: Notice, row: ChatRow): Promise<void> => {
      if (await tabs.isInView(row.chatId)) return;
      const notification = notify(notice, row);
      if (notification !== undefined) shown.set(row.chatId, notification);
    };
    const notify = (notice: Notice, row: ChatRow): Notification | undefined => {
      try {
        return show(say.current[notice], row);
      } catch {
        return undefined; // some phones allow them to service workers only
      }
    };
    const off = client.onChatChanged((row) => {
      const notice = noticeOf(rows.get(row.chatId), row);
      rows.set(row.chatId, row);
      if (row.pendingRequests === 0 && row.unread === undefined) shown.get(row.chatId)?.close(); // seen elsewhere
      if (notice !== undefined && tabs.tells()) void tell(notice, row);
    });
    return () => {
      off();
      offLists();
      tabs.close();
    };
  }, [client, queries, on]);
}

/** One for each chat: a newer one takes the place of an older, also of one that another device of this system showed. */
function show(text: string, row: ChatRow): Notification {
  const open = currentSettings().notify === 'with_text';
  const title = open && row.title !== '' ? row.title : text;
  const body = open ? [title === text ? '' : text, row.lastText].filter((line) => line !== '').join('\n') : '';
  const notification = new Notification(title, {
    body: body.slice(0, TEXT_LENGTH),
    tag: row.chatId,
    icon: '/icon.svg',
  });
  notification.onclick = () => {
    window.focus();
    goTo(row.chatId);
    notification.close();
  };
  return notification;
}

/** The chat that somebody looks at here. */
function chatInView(): string | undefined {
  const place = placeOf(window.location.pathname);
  return place.kind === 'chat' && document.visibilityState === 'visible' && document.hasFocus()
    ? place.chatId
    : undefined;
}

/**
 * Learns from the lists how chats are without being told: before anything was, and after a time without the socket. What
 * the socket tells goes into the lists too, and is told of first: hence not at once.
 */
function learnRows(queries: QueryClient, rows: Map<string, ChatRow>): () => void {
  const learn = (): void => {
    for (const [, pages] of queries.getQueriesData<InfiniteData<ChatPage>>({ queryKey: ['chats'] })) {
      for (const row of pages?.pages.flatMap(({ chats }) => chats) ?? []) {
        const known = rows.get(row.chatId);
        if (known === undefined || known.lastSeq < row.lastSeq) rows.set(row.chatId, row);
      }
    }
  };
  learn();
  return queries.getQueryCache().subscribe((event) => {
    if (event.type === 'updated' && event.action.type === 'success' && event.query.queryHash.startsWith('["chats"'))
      queueMicrotask(learn);
  });
}
