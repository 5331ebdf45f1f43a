'use client';

import { useLayoutEffect, useState, type RefObject } from 'react';

/** So many lines exist on both sides of those in view. */
const AROUND = 8;

/** Lines of a list, and how to look again after it was scrolled. */
export interface LinesInView {
  /** The first line that is to exist. */
  readonly from: number;
  /** The line after the last one. */
  readonly to: number;
  readonly look: () => void;
}

/** The lines in view and some around them. All are `line` px high, so that it costs the same however many there are. */
export function useLinesInView(
  scroller: RefObject<HTMLElement | null>,
  { count, line }: { readonly count: number; readonly line: number },
): LinesInView {
  const [at, setAt] = useState<Place>({ top: 0, lines: 0 });
  const look = (): void => {
    setAt((before) => placeOf(scroller.current, line, before));
  };
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const watch = new ResizeObserver(() => {
      setAt((before) => placeOf(element, line, before));
    });
    watch.observe(element);
    return () => {
      watch.disconnect();
    };
  }, [scroller, line]);
  const from = Math.max(0, Math.min(at.top, count - at.lines) - AROUND);
  return { from, to: Math.min(count, Math.max(0, Math.min(at.top, count)) + at.lines + 1 + AROUND), look };
}

/** How many lines are above the view, and how many are in it. */
interface Place {
  readonly top: number;
  readonly lines: number;
}

/** Where a list is now; the same object when it is where it was. */
function placeOf(element: HTMLElement | null, line: number, before: Place): Place {
  if (element === null) return before;
  const top = Math.floor(element.scrollTop / line);
  const lines = Math.ceil(element.clientHeight / line);
  return before.top === top && before.lines === lines ? before : { top, lines };
}
