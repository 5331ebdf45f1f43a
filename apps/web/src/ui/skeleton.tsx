import { clsx } from 'clsx';

/** A grey shape where something will be. Give it a size: `h-4 w-32`. Who waits is told once, by the part around it. */
export function Skeleton({ className }: { readonly className?: string }) {
  return <div aria-hidden className={clsx('animate-pulse rounded-md bg-hover', className)} />;
}

/** A whole part that is loading: lines of several lengths, and a word to who listens. */
export function SkeletonLines({ label, lines = 4 }: { readonly label: string; readonly lines?: number }) {
  return (
    <div role="status" className="flex flex-col gap-3">
      <span className="sr-only">{label}</span>
      {Array.from({ length: lines }, (_, line) => (
        <Skeleton key={line} className={clsx('h-4', WIDTHS[line % WIDTHS.length])} />
      ))}
    </div>
  );
}

const WIDTHS = ['w-4/5', 'w-3/5', 'w-2/3', 'w-2/5'];
