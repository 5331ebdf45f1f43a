'use client';

import { Check, Copy } from 'lucide-react';
import { clsx } from 'clsx';
import { useState } from 'react';
import { useWords } from '../i18n/words.ts';

const SHOWN_MS = 1_500;

/** Copies a text. */
export function CopyButton({ text, className }: { readonly text: string; readonly className?: string }) {
  const t = useWords();
  const [copied, setCopied] = useState(false);
  const copy = (): void => {
    void navigator.clipboard.writeText(text).then(() => {
      setCopied(true);
      setTimeout(() => {
        setCopied(false);
      }, SHOWN_MS);
    });
  };
  const label = copied ? t.copied : t.copy;
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      onClick={copy}
      className={clsx(
        'inline-flex size-8 items-center justify-center rounded-md text-faint transition hover:bg-hover hover:text-foreground [&>svg]:size-3.5',
        className,
      )}
    >
      {copied ? <Check aria-hidden /> : <Copy aria-hidden />}
    </button>
  );
}
