'use client';

import { useState, type MouseEvent, type ReactNode } from 'react';
import { lazyPart } from '../ui/lazy-part.tsx';

const LinkQuestion = lazyPart(async () => (await import('./link-question.tsx')).LinkQuestion, { missing: 'toast' });

/** A link as an agent wrote it: it asks before it leads away, by whichever button of the mouse. */
export function OutwardLink({ href, children }: { readonly href: string; readonly children: ReactNode }) {
  const [asked, setAsked] = useState(false);
  if (href === '') return children;
  const close = (): void => {
    setAsked(false);
  };
  const ask = (event: MouseEvent): void => {
    if (event.button === 2) return;
    event.preventDefault();
    setAsked(true);
  };
  return (
    <>
      <a href={href} target="_blank" rel="noopener noreferrer nofollow" onClick={ask} onAuxClick={ask}>
        {children}
      </a>
      {asked ? <LinkQuestion href={href} onMissing={close} onClose={close} /> : null}
    </>
  );
}
