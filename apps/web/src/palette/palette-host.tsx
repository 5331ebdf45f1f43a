'use client';

import { useEffect, useState } from 'react';
import { openPalette, usePalette } from './commands.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const PaletteRoot = lazyPart(async () => (await import('./palette-root.tsx')).PaletteRoot, { missing: 'fallback' });

/** How long it may take until there is nothing else to do, in ms. */
const IDLE_MS = 2_000;

/** Brings the keys, the palette and the help when the page has nothing else to do, or when somebody asks. */
export function PaletteHost() {
  const [wanted, setWanted] = useState(false);
  const asked = usePalette(({ open }) => open !== undefined);
  useEffect(() => {
    const want = (): void => {
      setWanted(true);
    };
    const offIdle = whenIdle(want);
    const offOpened = usePalette.subscribe(({ open }) => {
      if (open !== undefined) want();
    });
    return () => {
      offIdle();
      offOpened();
    };
  }, []);
  if (!wanted) return <FirstKey />;
  return (
    <PaletteRoot
      fallback={<FirstKey />}
      // While nobody has asked for it there is nothing to say.
      missing={asked ? 'toast' : 'fallback'}
      onMissing={() => {
        openPalette(undefined);
      }}
    />
  );
}

/** The key of the palette, while nothing else listens. */
function FirstKey() {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k' || event.shiftKey || event.altKey)
        return;
      event.preventDefault();
      openPalette('palette');
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  }, []);
  return null;
}

function whenIdle(then: () => void): () => void {
  if (!('requestIdleCallback' in window)) {
    const timer = setTimeout(then, IDLE_MS);
    return () => {
      clearTimeout(timer);
    };
  }
  const handle = window.requestIdleCallback(then, { timeout: IDLE_MS });
  return () => {
    window.cancelIdleCallback(handle);
  };
}
