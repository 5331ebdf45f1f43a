'use client';

import { useMarkdownWords } from './words.ts';

/** In the place of an image from elsewhere: to load it would tell somebody that it was read. */
export function HiddenImage({ alt }: { readonly alt: string }) {
  const t = useMarkdownWords();
  return <span className="text-sm text-faint italic">{t.image(alt)}</span>;
}
