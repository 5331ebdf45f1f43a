'use client';

import { lazyPart } from '../ui/lazy-part.tsx';

/** The parser is large: it comes when there is something to parse, and the plain text stands in for it until then. */
const MarkdownBody = lazyPart(async () => (await import('../markdown/markdown-body.tsx')).MarkdownBody, {
  missing: 'fallback',
});

/** Markdown as an agent writes it. The one place that knows how it is drawn. */
export function Markdown({ text, live }: { readonly text: string; readonly live: boolean }) {
  if (text === '') return null;
  return (
    <MarkdownBody fallback={<div className="prose-chat whitespace-pre-wrap">{text}</div>} text={text} live={live} />
  );
}
