'use client';

import { X } from 'lucide-react';
import { clsx } from 'clsx';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from './icon-button.tsx';
import { useOpener } from './use-opener.ts';

const WIDTHS = { small: 'max-w-sm', medium: 'max-w-lg', large: 'max-w-3xl' } as const;

/**
 * A dialog in the middle, over everything. Esc and a click beside it close it, and the focus goes back to where it was.
 * It brings Radix: parts of the first load import their dialogs lazily.
 */
export function Dialog(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  /** Said below the title. */
  readonly description?: ReactNode;
  readonly width?: keyof typeof WIDTHS;
  /** Buttons at the end, the most important one last. */
  readonly footer?: ReactNode;
  readonly children?: ReactNode;
}) {
  const t = useWords();
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          {...(props.description === undefined ? { 'aria-describedby': undefined } : {})}
          {...useOpener()}
          className={clsx(
            'appear fixed top-1/2 left-1/2 z-50 flex max-h-[min(44rem,88dvh)] w-[calc(100vw-1.5rem)] -translate-x-1/2 -translate-y-1/2 flex-col rounded-2xl border border-line bg-surface shadow-2xl outline-none',
            WIDTHS[props.width ?? 'medium'],
          )}
        >
          <div className="flex items-start gap-2 py-2 pr-2 pl-5">
            <div className="min-w-0 flex-1 py-1.5">
              <Radix.Title className="text-base font-semibold">{props.title}</Radix.Title>
              {props.description === undefined ? null : (
                <Radix.Description className="mt-0.5 text-sm text-soft">{props.description}</Radix.Description>
              )}
            </div>
            <Radix.Close asChild>
              <IconButton label={t.close}>
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="thin-scroll min-h-0 flex-1 overflow-y-auto px-5 pb-5">{props.children}</div>
          {props.footer === undefined ? null : (
            <div className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3">{props.footer}</div>
          )}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
