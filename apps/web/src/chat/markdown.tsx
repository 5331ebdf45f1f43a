'use client';

import { clsx } from 'clsx';
import { lazy, Suspense } from 'react';

/** The parser is large: it comes when there is something to parse, and the plain text stands in for it until then. */
const MarkdownBody = lazy(async () => ({ default: (await import('./markdown-body.tsx')).MarkdownBody }));

/** Markdown as an agent writes it. The one place that knows how it is drawn. */
export function Markdown({ text, live }: { readonly text: string; readonly live: boolean }) {
  if (text === '') return <span className={clsx(live && 'live-caret')} />;
  return (
    <Suspense fallback={<div className="prose-chat whitespace-pre-wrap">{text}</div>}>
      <MarkdownBody text={text} live={live} />
    </Suspense>
  );
}
