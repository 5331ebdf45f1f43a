'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';

/** How near to the end, in px, is at the end. */
const END_PX = 24;

/** Whether a list is held at its end. */
export interface PinnedEnd {
  /** The key of the last row when it was let go; undefined while it is held. */
  readonly released: string | undefined;
  /** Goes to the end if it is held there. Call it whenever the height has changed. */
  readonly follow: () => void;
  /** Goes to the end, and holds it there. */
  readonly jump: () => void;
}

/**
 * Holds a scroller at its end. A move upwards by hand lets go, and only coming back near the end takes hold again; what
 * grows, shrinks or is measured anew never does either.
 */
export function usePinnedEnd(scroller: RefObject<HTMLElement | null>, lastKey: string): PinnedEnd {
  const [released, setReleased] = useState<string>();
  const held = useRef(true);
  const last = useRef(lastKey);
  useEffect(() => {
    last.current = lastKey;
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let before = { top: element.scrollTop, height: element.scrollHeight };
    const onScroll = (): void => {
      const { scrollTop: top, scrollHeight: height, clientHeight } = element;
      const movedUp = top < before.top && height >= before.height;
      if (height - top - clientHeight <= END_PX) hold(true);
      else if (movedUp) hold(false);
      before = { top, height };
    };
    const hold = (now: boolean): void => {
      if (held.current === now) return;
      held.current = now;
      setReleased(now ? undefined : last.current);
    };
    // A composer that grows takes room from the list without a word to it: the end would slide out of view.
    const observer = new ResizeObserver(() => {
      if (held.current) toEnd(element);
    });
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);
  const jump = (): void => {
    toEnd(scroller.current);
  };
  const follow = (): void => {
    if (held.current) toEnd(scroller.current);
  };
  return { released, follow, jump };
}

function toEnd(element: HTMLElement | null): void {
  element?.scrollTo(0, element.scrollHeight);
}
