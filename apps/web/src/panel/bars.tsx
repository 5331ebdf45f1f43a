'use client';

import type { ReactNode } from 'react';

/** A line of a bar chart. */
export interface BarLine {
  readonly key: string;
  readonly label: ReactNode;
  /** How long the bar is; the longest of all fills the width. */
  readonly size: number;
  /** What is said of it. */
  readonly value: string;
  readonly detail?: string | undefined;
}

/** Bars with their numbers beside them: a list that reads as well as it looks. */
export function Bars({ lines }: { readonly lines: readonly BarLine[] }) {
  const most = Math.max(1, ...lines.map(({ size }) => size));
  return (
    <ul className="flex flex-col gap-2.5">
      {lines.map(({ key, label, size, value, detail }) => (
        <li key={key}>
          <div className="flex items-center justify-between gap-3 text-sm">
            <span className="flex min-w-0 items-center gap-2 truncate">{label}</span>
            <span className="shrink-0 tabular-nums">{value}</span>
          </div>
          <div aria-hidden className="mt-1 h-1.5 rounded-full bg-hover">
            <div
              className="h-full rounded-full bg-accent-fill"
              style={{ width: `${String(size === 0 ? 0 : Math.max(1, (size / most) * 100))}%` }}
            />
          </div>
          {detail === undefined ? null : <p className="mt-0.5 text-xs text-faint tabular-nums">{detail}</p>}
        </li>
      ))}
    </ul>
  );
}
