'use client';

import { platformClock } from '@colloquy/client';
import type { Entry } from '@colloquy/transcript';
import { useEffect } from 'react';
import { useClient } from '../../shell/client-provider.tsx';
import { useChatStore, type ChatScreen, type ChatStore } from '../chat-store.ts';
import { doingIn } from './doing-store.ts';
import { createSeenMarker } from './seen-marker.ts';
import type { Looking } from './seen-policy.ts';

/** How much of a row's end may be out of view, in px, for it to count as seen. */
const MARGIN_PX = 40;

/** Tells the server what the person has seen of this chat: other devices and the list learn it. */
export function useSeenMarker(): void {
  const store = useChatStore();
  const client = useClient();
  useEffect(() => {
    if (client === undefined || store.readOnly) return undefined;
    const marker = createSeenMarker({
      clock: platformClock,
      looking: () => lookingAt(store),
      tell: (upToSeq, keepalive) => client.api.markSeen(store.chatId, { upToSeq }, { keepalive }),
    });
    const look = (): void => {
      marker.look();
    };
    const leave = (): void => {
      marker.leave();
    };
    const onVisibility = (): void => {
      if (document.visibilityState === 'hidden') marker.leave();
      else marker.look();
    };
    const off = store.screen.subscribe((screen, before) => {
      if (screen.chat.lastSeq !== before.chat.lastSeq) marker.look();
    });
    // A scroll does not bubble, but it is captured on its way down.
    window.addEventListener('scroll', look, { capture: true, passive: true });
    window.addEventListener('focus', look);
    window.addEventListener('blur', look);
    window.addEventListener('pagehide', leave);
    document.addEventListener('visibilitychange', onVisibility);
    marker.look();
    return () => {
      marker.leave();
      marker.stop();
      off();
      window.removeEventListener('scroll', look, { capture: true });
      window.removeEventListener('focus', look);
      window.removeEventListener('blur', look);
      window.removeEventListener('pagehide', leave);
      document.removeEventListener('visibilitychange', onVisibility);
    };
  }, [store, client]);
}

function lookingAt(store: ChatStore): Looking {
  const screen = store.screen.getState();
  const { chat } = screen;
  const here =
    document.visibilityState === 'visible' &&
    document.hasFocus() &&
    !chat.deleted &&
    doingIn(store.chatId).version === undefined;
  const inViewSeq = here ? inView(screen) : 0;
  return { here, inViewSeq, newsSeq: newsUpTo(screen, inViewSeq), seenSeq: chat.seenSeq };
}

/** `seq` of the last entry whose end is in view; all of the log when that is the last one. */
function inView({ chat }: ChatScreen): number {
  const scroller = document.querySelector('[role="log"]');
  if (scroller === null) return 0;
  const bottom = scroller.getBoundingClientRect().bottom + MARGIN_PX;
  const keys = new Set<string | undefined>();
  for (const row of scroller.querySelectorAll<HTMLElement>('[data-key]')) {
    if (row.getBoundingClientRect().bottom <= bottom) keys.add(row.dataset['key']);
  }
  const last = chat.entries.length - 1;
  for (let index = last; index >= 0; index--) {
    const entry = chat.entries.at(index);
    if (entry !== undefined && keys.has(entry.key)) return index === last ? chat.lastSeq : entry.seq;
  }
  return 0;
}

/** `seq` of the newest entry, not beyond `upToSeq`, that counts as unread for who has not seen it. */
function newsUpTo({ chat: { entries } }: ChatScreen, upToSeq: number): number {
  for (let index = entries.length - 1; index >= 0; index--) {
    const entry = entries.at(index);
    if (entry !== undefined && entry.seq <= upToSeq && isNews(entry)) return entry.seq;
  }
  return 0;
}

/** As the fold of unread events has it: something said, asked or failed. */
function isNews(entry: Entry): boolean {
  switch (entry.kind) {
    case 'agent':
      return entry.state === 'complete';
    case 'run':
      return entry.phase === 'failed';
    case 'tool':
      return entry.question !== undefined;
    default:
      return entry.kind === 'question';
  }
}
