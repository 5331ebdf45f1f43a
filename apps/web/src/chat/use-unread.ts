'use client';

import { useEffect, useState } from 'react';
import { useChatStore, useScreen } from './chat-store.ts';
import { lookBack, type Return } from './coming-back.ts';
import type { SeenMark } from './news.ts';

/**
 * What the person had seen before this visit: taken once when the chat is opened, and again when its tab comes back and
 * something has come meanwhile, also when the page was frozen and gets that later. It does not follow what is seen now,
 * so the line stays until the chat is left.
 */
export function useUnread(): SeenMark | undefined {
  const store = useChatStore();
  const [mark, setMark] = useState<SeenMark>();
  const loaded = useScreen(({ chat, phase }) => chat.lastSeq > 0 && phase !== 'loading');
  // Taken in the render in which there is something to see for the first time.
  if (loaded && mark === undefined) {
    const { seenSeq, lastSeq } = store.screen.getState().chat;
    setMark({ seq: seenSeq, upTo: lastSeq });
  }
  useEffect(() => {
    let left = 0;
    let back: Return | undefined;
    const look = (): void => {
      if (back === undefined) return;
      const { chat, phase } = store.screen.getState();
      const found = lookBack(back, { lastSeq: chat.lastSeq, phase, ms: Date.now() });
      back = found.back;
      if (found.mark !== undefined) setMark(found.mark);
    };
    const onChange = (): void => {
      // Who leaves again before it came has missed it still.
      if (document.visibilityState === 'hidden') left = back?.left ?? store.screen.getState().chat.lastSeq;
      else if (left > 0) back = { left, at: Date.now(), cut: false };
      if (document.visibilityState === 'visible') look();
    };
    const off = store.screen.subscribe((screen, before) => {
      if (screen.phase !== before.phase || screen.chat.lastSeq !== before.chat.lastSeq) look();
    });
    document.addEventListener('visibilitychange', onChange);
    return () => {
      off();
      document.removeEventListener('visibilitychange', onChange);
    };
  }, [store]);
  return mark;
}
