'use client';

import { Tooltip as Radix } from 'radix-ui';
import type { ReactElement, ReactNode } from 'react';

/**
 * A few words about a control, by mouse or focus. It adds to the control's name and never is the only place of what it
 * says: a finger cannot hover. For lazy parts; in the first load a `title` does.
 */
export function Tooltip(props: { readonly text: ReactNode; readonly children: ReactElement }) {
  return (
    <Radix.Provider delayDuration={400}>
      <Radix.Root>
        <Radix.Trigger asChild>{props.children}</Radix.Trigger>
        <Radix.Portal>
          <Radix.Content
            sideOffset={6}
            collisionPadding={8}
            className="appear z-50 max-w-64 rounded-md bg-foreground px-2 py-1 text-xs text-background shadow-md select-none"
          >
            {props.text}
          </Radix.Content>
        </Radix.Portal>
      </Radix.Root>
    </Radix.Provider>
  );
}
