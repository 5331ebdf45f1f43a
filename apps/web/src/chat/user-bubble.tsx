import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { t } from '../strings.ts';

/** A person's words, and below them what is to say about them. */
export function UserBubble(props: { readonly text: string; readonly dim: boolean; readonly children?: ReactNode }) {
  return (
    <div className="flex flex-col items-end gap-1 pt-5 pb-2">
      <h2 className="sr-only">{t.you}</h2>
      <div
        className={clsx(
          'max-w-[85%] rounded-2xl rounded-br-md bg-bubble px-4 py-2.5 wrap-anywhere whitespace-pre-wrap',
          props.dim && 'opacity-75',
        )}
      >
        {props.text}
      </div>
      <div className="text-xs text-faint empty:hidden">{props.children}</div>
    </div>
  );
}
