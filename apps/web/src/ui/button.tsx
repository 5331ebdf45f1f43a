import { clsx } from 'clsx';
import type { ComponentProps } from 'react';

const TONES = {
  solid: 'bg-accent-fill text-on-accent hover:opacity-90',
  outline: 'border border-line-strong bg-surface hover:bg-hover',
  plain: 'hover:bg-hover',
  bad: 'border border-line-strong bg-surface text-bad hover:bg-bad-wash',
} as const;

/** A button with words on it. */
export function Button({
  tone = 'outline',
  className,
  ...rest
}: ComponentProps<'button'> & { readonly tone?: keyof typeof TONES }) {
  return (
    <button
      type="button"
      className={clsx(
        'inline-flex min-h-11 items-center justify-center gap-2 rounded-lg px-4 text-sm font-medium transition-colors select-none disabled:opacity-45 md:min-h-9 md:px-3.5',
        TONES[tone],
        className,
      )}
      {...rest}
    />
  );
}
