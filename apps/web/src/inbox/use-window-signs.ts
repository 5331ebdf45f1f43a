'use client';

import { useEffect } from 'react';
import { iconWithCount, titleWithCount } from './window-signs.ts';

/** Puts the number of questions that wait on the tab: whoever sets the title, and takes it off again when none waits. */
export function useWindowSigns(count: number): void {
  useEffect(() => {
    const mark = (): void => {
      const wanted = titleWithCount(document.title, count);
      // Setting the title is a change, too: only a title that lacks the number is set.
      if (document.title !== wanted) document.title = wanted;
    };
    mark();
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { subtree: true, childList: true, characterData: true });
    return () => {
      observer.disconnect();
      document.title = titleWithCount(document.title, 0);
    };
  }, [count]);
  useEffect(() => {
    if (count === 0) return undefined;
    const badge = document.createElement('link');
    badge.rel = 'icon';
    badge.type = 'image/svg+xml';
    badge.href = iconWithCount(count);
    document.head.append(badge); // of several icons browsers take the last
    return () => {
      badge.remove();
    };
  }, [count]);
}
