'use client';

import { CircleAlert } from 'lucide-react';
import { useWords } from '../i18n/words.ts';
import { Button } from './button.tsx';

/** What a place says when it cannot show what it should. */
export function ErrorState(props: {
  readonly title: string;
  readonly hint?: string | undefined;
  readonly onRetry?: () => void;
}) {
  const t = useWords();
  return (
    <div role="alert" className="m-auto flex max-w-sm flex-col items-center gap-2 p-8 text-center">
      <CircleAlert className="size-6 text-bad" strokeWidth={1.5} aria-hidden />
      <p className="font-medium">{props.title}</p>
      {props.hint === undefined ? null : <p className="text-sm wrap-anywhere text-soft">{props.hint}</p>}
      {props.onRetry === undefined ? null : (
        <Button className="mt-2" onClick={props.onRetry}>
          {t.tryAgain}
        </Button>
      )}
    </div>
  );
}
