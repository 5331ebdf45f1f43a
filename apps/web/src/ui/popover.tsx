'use client';

import { clsx } from 'clsx';
import { Popover as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

/** Something small beside its button. Import it lazily. */
export function Popover(props: {
  /** The button that opens it. */
  readonly trigger: ReactElement;
  /** What it is called. */
  readonly label: string;
  readonly align?: 'start' | 'center' | 'end';
  readonly side?: 'top' | 'right' | 'bottom' | 'left';
  /** When the caller holds the state. */
  readonly open?: boolean;
  readonly onOpenChange?: (open: boolean) => void;
  /** For a button that came late: it opens at once. */
  readonly defaultOpen?: boolean;
  readonly className?: string;
  readonly children: ReactNode;
}) {
  return (
    <Radix.Root
      {...(props.open === undefined ? {} : { open: props.open })}
      {...(props.onOpenChange === undefined ? {} : { onOpenChange: props.onOpenChange })}
      {...(props.defaultOpen === undefined ? {} : { defaultOpen: props.defaultOpen })}
    >
      <Radix.Trigger asChild>{props.trigger}</Radix.Trigger>
      <Radix.Portal>
        <Radix.Content
          aria-label={props.label}
          align={props.align ?? 'center'}
          side={props.side ?? 'bottom'}
          sideOffset={6}
          collisionPadding={8}
          className={clsx(
            'appear z-50 max-h-(--radix-popover-content-available-height) max-w-[calc(100vw-1rem)] overflow-y-auto rounded-xl border border-line bg-surface p-3 text-sm shadow-lg outline-none',
            props.className,
          )}
        >
          {props.children}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
