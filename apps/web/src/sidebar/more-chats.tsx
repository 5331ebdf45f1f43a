'use client';

import { useEffect, useRef } from 'react';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { useListWords } from './words.ts';

/** How the pages that are not loaded yet come. */
export interface MorePages {
  readonly has: boolean;
  readonly loading: boolean;
  readonly failed: boolean;
  readonly load: () => void;
}

/** Loads the next page when its place comes near, or by a press. */
export function More({
  more,
  scroller,
}: {
  readonly more: MorePages;
  readonly scroller: { readonly current: HTMLElement | null };
}) {
  const t = useWords();
  const words = useListWords();
  const sentinel = useRef<HTMLDivElement>(null);
  const latest = useRef(more);
  useEffect(() => {
    latest.current = more;
  });
  const { loading, failed } = more;
  useEffect(() => {
    const element = sentinel.current;
    if (element === null || loading || failed) return undefined;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current.load();
      },
      { root: scroller.current, rootMargin: '400px 0px' },
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, [loading, failed, scroller]);
  return (
    <div ref={sentinel} className="px-2">
      {failed ? (
        <p role="alert" className="px-2 text-sm text-bad">
          {words.updateFailed}
        </p>
      ) : null}
      <Button tone="plain" className="w-full" disabled={loading} onClick={more.load}>
        {loading ? t.loading : failed ? t.tryAgain : t.loadMore}
      </Button>
    </div>
  );
}
