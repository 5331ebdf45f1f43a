'use client';

import { useEffect, useRef, useState, type RefObject } from 'react';

/** How near to the end, in px, is at the end. */
const END_PX = 24;

/** Whether a list is held at its end. */
export interface PinnedEnd<T> {
  /** What `mark` gave when the list was let go; undefined while it is held. */
  readonly released: T | undefined;
  /** Goes to the end if it is held there. Call it whenever the height has changed. */
  readonly follow: () => void;
  /** Goes to the end, and holds it there. */
  readonly jump: () => void;
  /** Lets go, for a move to somewhere else. */
  readonly release: () => void;
}

/**
 * Holds a scroller at its end. A move upwards by hand lets go, and so does opening or closing something in it; only coming
 * back near the end takes hold again. What grows, shrinks or is measured anew never does either.
 * @param mark - asked when the list is let go
 */
export function usePinnedEnd<T>(scroller: RefObject<HTMLElement | null>, mark: () => T): PinnedEnd<T> {
  const [released, setReleased] = useState<T>();
  const held = useRef(true);
  const latest = useRef(mark);
  useEffect(() => {
    latest.current = mark;
  });
  const hold = useRef((now: boolean): void => {
    if (held.current === now) return;
    held.current = now;
    setReleased(now ? undefined : latest.current());
  });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    let before = { top: element.scrollTop, height: element.scrollHeight };
    const onScroll = (): void => {
      const { scrollTop: top, scrollHeight: height } = element;
      const movedUp = top < before.top - 1 && height >= before.height;
      if (movedUp) letGo();
      else if (isAtEnd(element)) hold.current(true);
      before = { top, height };
    };
    // The list itself moves up before it shrinks: it may be at its end again as soon as it is drawn. It is let go at once, or
    // what grows would pull it out of the hand, but nothing is said of it until then.
    const letGo = (): void => {
      if (isAtEnd(element)) hold.current(false);
      if (!held.current) return;
      held.current = false;
      const mark = latest.current();
      afterLayout(() => {
        if (held.current) return;
        if (isAtEnd(element)) held.current = true;
        else setReleased((known) => known ?? mark);
      });
    };
    // Rows that are measured at the same moment can hide a move from the scroller: what asks for one is heard as well.
    const onWheel = ({ deltaY }: WheelEvent): void => {
      if (deltaY < 0 && element.scrollTop > 0) hold.current(false);
    };
    const onKeyDown = ({ key, target }: KeyboardEvent): void => {
      if (target === element && UPWARDS.has(key) && element.scrollTop > 0) hold.current(false);
    };
    // What is opened at the end stays where it is: it is read from its top.
    const onClick = ({ target }: MouseEvent): void => {
      if (!(target instanceof Element) || target.closest(OPENERS) === null) return;
      hold.current(false);
      afterLayout(() => {
        if (isAtEnd(element)) hold.current(true);
      });
    };
    // A composer that grows takes room from the list without a word to it: the end would slide out of view.
    const observer = new ResizeObserver(() => {
      if (held.current) toEnd(element);
    });
    observer.observe(element);
    element.addEventListener('scroll', onScroll, { passive: true });
    element.addEventListener('wheel', onWheel, { passive: true });
    element.addEventListener('keydown', onKeyDown);
    element.addEventListener('click', onClick, { capture: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
      element.removeEventListener('wheel', onWheel);
      element.removeEventListener('keydown', onKeyDown);
      element.removeEventListener('click', onClick, { capture: true });
    };
  }, [scroller]);
  return {
    released,
    jump() {
      hold.current(true);
      toEnd(scroller.current);
    },
    follow() {
      if (held.current) toEnd(scroller.current);
    },
    release() {
      hold.current(false);
    },
  };
}

/** Keys that scroll up. */
const UPWARDS: ReadonlySet<string> = new Set(['ArrowUp', 'PageUp', 'Home']);

/** Buttons that open or close something in the list; menus open above it. */
const OPENERS = '[aria-expanded]:not([aria-haspopup])';

/** Runs something when what was just drawn has been measured. */
function afterLayout(then: () => void): void {
  requestAnimationFrame(() => {
    requestAnimationFrame(then);
  });
}

function isAtEnd({ scrollHeight, scrollTop, clientHeight }: HTMLElement): boolean {
  return scrollHeight - scrollTop - clientHeight <= END_PX;
}

function toEnd(element: HTMLElement | null): void {
  element?.scrollTo(0, element.scrollHeight);
}
