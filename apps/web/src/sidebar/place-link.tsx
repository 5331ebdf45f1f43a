'use client';

import type { LucideIcon } from 'lucide-react';
import { clsx } from 'clsx';
import type { MouseEvent } from 'react';
import { useWords } from '../i18n/words.ts';
import { goToPath, PATHS, usePlace, type PlaceName } from '../shell/navigate.ts';

/** The way to a place, as an icon, with a number when something waits there. */
export function PlaceLink(props: {
  readonly name: PlaceName;
  readonly icon: LucideIcon;
  readonly count?: number;
  readonly onNavigate?: (() => void) | undefined;
}) {
  const { name, count = 0, icon: Icon } = props;
  const t = useWords();
  const current = usePlace().kind === name;
  const label = count === 0 ? t.places[name] : `${t.places[name]} (${String(count)})`;
  return (
    <a
      href={PATHS[name]}
      aria-label={label}
      title={label}
      aria-current={current ? 'page' : undefined}
      onClick={(event: MouseEvent) => {
        if (event.metaKey || event.ctrlKey || event.shiftKey) return;
        event.preventDefault();
        goToPath(PATHS[name]);
        props.onNavigate?.();
      }}
      className={clsx(
        'relative inline-flex size-11 shrink-0 items-center justify-center rounded-lg transition-colors md:size-9',
        current ? 'bg-accent-wash text-accent-ink' : 'text-soft hover:bg-hover hover:text-foreground',
      )}
    >
      <Icon className="size-[1.125rem]" aria-hidden />
      {count > 0 ? (
        <span
          aria-hidden
          className="absolute top-0.5 right-0 min-w-4 rounded-full border border-warn-line bg-warn-wash px-1 text-center text-[0.625rem] leading-3.5 font-semibold text-warn tabular-nums"
        >
          {count > 99 ? '99+' : count}
        </span>
      ) : null}
    </a>
  );
}
