'use client';

import { useSyncExternalStore } from 'react';

/** From this width on the panel stands beside the chat; below it lies over it. */
const WIDE = '(min-width: 1024px)';
const TABLET = '(min-width: 640px)';

const subscribeTo =
  (query: string) =>
  (listener: () => void): (() => void) => {
    const media = matchMedia(query);
    media.addEventListener('change', listener);
    return () => {
      media.removeEventListener('change', listener);
    };
  };

const onWide = subscribeTo(WIDE);
const onTablet = subscribeTo(TABLET);

/** How much room there is: beside the chat, at its right edge over it, or from below. */
export function useRoom(): 'beside' | 'right' | 'bottom' {
  const wide = useSyncExternalStore(
    onWide,
    () => matchMedia(WIDE).matches,
    () => true,
  );
  const tablet = useSyncExternalStore(
    onTablet,
    () => matchMedia(TABLET).matches,
    () => true,
  );
  if (wide) return 'beside';
  return tablet ? 'right' : 'bottom';
}
