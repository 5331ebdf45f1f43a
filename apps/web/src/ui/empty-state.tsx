import type { LucideIcon } from 'lucide-react';
import type { ReactNode } from 'react';

/** What a place says when there is nothing in it: why, and what can be done. */
export function EmptyState(props: {
  readonly icon?: LucideIcon;
  readonly title: string;
  readonly hint?: ReactNode;
  /** What can be done. */
  readonly children?: ReactNode;
}) {
  return (
    <div className="m-auto flex max-w-sm flex-col items-center gap-2 p-8 text-center">
      {props.icon === undefined ? null : <props.icon className="size-6 text-faint" strokeWidth={1.5} aria-hidden />}
      <p className="font-medium">{props.title}</p>
      {props.hint === undefined ? null : <p className="text-sm text-soft">{props.hint}</p>}
      {props.children === undefined ? null : (
        <div className="mt-2 flex flex-wrap justify-center gap-2">{props.children}</div>
      )}
    </div>
  );
}
