'use client';

import type { MouseEvent } from 'react';
import { Button } from '../ui/button.tsx';
import { useWords } from '../i18n/words.ts';

/** A page in place of one that cannot be shown. */
export function ProblemPage(props: {
  readonly title: string;
  readonly hint?: string;
  readonly onRetry?: (event: MouseEvent) => void;
  /** It is being tried again. */
  readonly busy?: boolean;
  readonly onReload?: () => void;
}) {
  const t = useWords();
  const { busy = false, onRetry, onReload } = props;
  return (
    <div className="m-auto flex max-w-md flex-col items-center gap-3 p-8 text-center" role="alert">
      <h1 className="text-lg font-semibold">{props.title}</h1>
      {props.hint === undefined ? null : <p className="text-soft">{props.hint}</p>}
      <div className="mt-2 flex flex-wrap justify-center gap-2">
        {onReload === undefined ? null : (
          <Button tone="solid" onClick={onReload}>
            {t.reload}
          </Button>
        )}
        {onRetry === undefined ? null : (
          <Button
            tone={onReload === undefined ? 'solid' : 'outline'}
            aria-busy={busy}
            className={busy ? 'opacity-45' : undefined}
            onClick={onRetry}
          >
            {t.tryAgain}
          </Button>
        )}
        {/* A plain link: whatever broke, a fresh page gets over it. */}
        <a href="/" className="inline-flex h-11 items-center rounded-lg border border-line-strong px-4 hover:bg-hover">
          {t.backToStart}
        </a>
      </div>
    </div>
  );
}
