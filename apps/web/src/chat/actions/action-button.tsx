'use client';

import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

/** A button of the toolbar; for fingers it is 44 px. */
export function Action({ label, className, ...rest }: ComponentProps<'button'> & { readonly label: string }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-7 items-center justify-center rounded-md text-faint transition-colors hover:bg-hover hover:text-foreground pointer-coarse:size-11 [&>svg]:size-3.5',
        className,
      )}
      {...rest}
    />
  );
}
