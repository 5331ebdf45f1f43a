'use client';

import { useEffect, useState } from 'react';

/** Longest that two keys of one word are apart, in ms. */
const PAUSE_MS = 200;

/** A value as it was when it last did not change for a moment; an empty one at once. */
export function usePaused(value: string): string {
  const [paused, setPaused] = useState(value);
  useEffect(() => {
    const timer = setTimeout(
      () => {
        setPaused(value);
      },
      value === '' ? 0 : PAUSE_MS,
    );
    return () => {
      clearTimeout(timer);
    };
  }, [value]);
  return paused;
}
