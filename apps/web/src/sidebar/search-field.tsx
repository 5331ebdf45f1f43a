'use client';

import { Search } from 'lucide-react';
import { useWords } from '../i18n/words.ts';

/** Where one says what to look for; Esc empties it, the arrow down goes to what was found. */
export function SearchField(props: { readonly value: string; readonly onChange: (value: string) => void }) {
  const t = useWords();
  return (
    <label className="relative block">
      <span className="sr-only">{t.searchChats}</span>
      <Search className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint" aria-hidden />
      <input
        type="search"
        value={props.value}
        maxLength={200}
        placeholder={t.searchChats}
        onChange={(event) => {
          props.onChange(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && props.value !== '') {
            // Nothing else is closed or stopped by it.
            event.preventDefault();
            event.nativeEvent.stopImmediatePropagation();
            props.onChange('');
          }
          if (event.key !== 'ArrowDown') return;
          event.preventDefault();
          event.currentTarget.closest('nav')?.querySelector<HTMLElement>('a[data-row][tabindex="0"]')?.focus();
        }}
        className="h-11 w-full rounded-lg border border-transparent bg-hover pr-3 pl-9 text-base placeholder:text-faint focus:border-line-strong focus:bg-surface focus:outline-none md:h-9 md:text-sm"
      />
    </label>
  );
}
