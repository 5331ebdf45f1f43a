'use client';

import type { Attachment } from '@colloquy/contracts';
import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { filesHeight } from './message-file-path.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

/** Most messages bring no files. */
const MessageFiles = lazyPart(async () => (await import('./message-files.tsx')).MessageFiles, { missing: 'line' });

/** A person's words and files, and below them what is to say about them. */
export function UserBubble(props: {
  readonly text: string;
  readonly dim: boolean;
  readonly attachments?: readonly Attachment[] | undefined;
  readonly children?: ReactNode;
}) {
  const t = useWords();
  const { attachments = [] } = props;
  return (
    <div className="flex flex-col items-end gap-1 pt-[calc(var(--message)+0.25rem)] pb-1">
      <h2 className="sr-only">{t.you}</h2>
      {attachments.length === 0 ? null : (
        <div className={clsx('max-w-[85%]', props.dim && 'opacity-75')}>
          <MessageFiles fallback={<div style={{ height: filesHeight(attachments) }} />} files={attachments} />
        </div>
      )}
      {props.text === '' ? null : (
        <div
          className={clsx(
            'max-w-[85%] rounded-2xl rounded-br-md bg-bubble px-4 py-2 wrap-anywhere whitespace-pre-wrap',
            props.dim && 'opacity-75',
          )}
        >
          {props.text}
        </div>
      )}
      <div className="text-xs text-faint empty:hidden">{props.children}</div>
    </div>
  );
}
