'use client';

import { clsx } from 'clsx';
import { LIST_FILTERS, type ListFilter } from './chat-view.ts';
import { useListWords } from './words.ts';

/** Which chats the list shows. */
export function FilterChips(props: { readonly value: ListFilter; readonly onChange: (value: ListFilter) => void }) {
  const words = useListWords();
  return (
    <div role="group" aria-label={words.filterLabel} className="flex flex-wrap gap-x-0.5">
      {LIST_FILTERS.map((filter) => (
        <button
          key={filter}
          type="button"
          aria-pressed={filter === props.value}
          onClick={() => {
            props.onChange(filter === props.value ? 'all' : filter);
          }}
          className={clsx(
            'min-h-11 min-w-11 rounded-lg px-2 text-xs whitespace-nowrap transition-colors md:min-h-7 md:min-w-0',
            filter === props.value ? 'bg-hover font-medium text-foreground' : 'text-soft hover:text-foreground',
          )}
        >
          {words.filters[filter]}
        </button>
      ))}
    </div>
  );
}
