import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

/** A button with an icon on it: 44 px wide and high for fingers, smaller for a mouse. */
export function IconButton({
  label,
  plain = false,
  className,
  ...rest
}: ComponentProps<'button'> & { readonly label: string; readonly plain?: boolean }) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      className={clsx(
        'inline-flex size-11 shrink-0 items-center justify-center rounded-lg transition-colors disabled:opacity-40 md:size-9 [&>svg]:size-[1.125rem]',
        plain ? 'hover:opacity-75' : 'text-soft hover:bg-hover hover:text-foreground',
        className,
      )}
      {...rest}
    />
  );
}
