'use client';

import { X } from 'lucide-react';
import { clsx } from 'clsx';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from './icon-button.tsx';
import { useOpener } from './use-opener.ts';

const SIDES = {
  right: 'inset-y-0 right-0 w-[min(26rem,92vw)] border-l',
  bottom: 'inset-x-0 bottom-0 max-h-[88dvh] rounded-t-2xl border-t',
} as const;

/** A dialog that comes from an edge: from below under a thumb, from the right elsewhere. Import it lazily. */
export function Sheet(props: {
  readonly open: boolean;
  readonly onOpenChange: (open: boolean) => void;
  readonly title: string;
  readonly side?: keyof typeof SIDES;
  readonly children?: ReactNode;
}) {
  const t = useWords();
  return (
    <Radix.Root open={props.open} onOpenChange={props.onOpenChange}>
      <Radix.Portal>
        <Radix.Overlay className="overlay fixed inset-0 z-40 bg-black/40" />
        <Radix.Content
          aria-describedby={undefined}
          {...useOpener()}
          className={clsx(
            'appear fixed z-50 flex flex-col border-line bg-surface pb-[env(safe-area-inset-bottom)] shadow-2xl outline-none',
            SIDES[props.side ?? 'right'],
          )}
        >
          <div className="flex items-center gap-2 border-b border-line py-1.5 pr-2 pl-4">
            <Radix.Title className="min-w-0 flex-1 truncate text-sm font-semibold">{props.title}</Radix.Title>
            <Radix.Close asChild>
              <IconButton label={t.close}>
                <X />
              </IconButton>
            </Radix.Close>
          </div>
          <div className="thin-scroll min-h-0 flex-1 overflow-y-auto">{props.children}</div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
