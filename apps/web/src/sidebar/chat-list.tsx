'use client';

import type { ChatRow } from '@colloquy/contracts';
import type { ReactNode } from 'react';
import { useLanguage } from '../i18n/define-words.ts';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { uniqueRows } from './chat-rows.ts';
import type { ListFilter } from './chat-view.ts';
import { ListPlaceholder } from './list-placeholder.tsx';
import { listItems } from './list-items.ts';
import { useChats } from './use-chats.ts';
import { useToday } from './use-today.ts';
import { useUndoKey } from './use-undo-key.ts';
import { VirtualChats } from './virtual-chats.tsx';
import { useListWords } from './words.ts';

const NONE: readonly ChatRow[] = [];

/** The chats: pinned ones first, the others by day; those that match while somebody searches. */
export function ChatList(props: {
  readonly q: string;
  readonly filter: ListFilter;
  readonly onNavigate?: (() => void) | undefined;
}) {
  const { q, filter } = props;
  const t = useWords();
  const words = useListWords();
  const { today, timeZone } = useToday();
  const language = useLanguage();
  const grouped = q === '' && filter === 'all';
  const list = useChats(q, filter);
  const pinned = useChats('', 'pinned');
  useUndoKey();
  const { data: rows } = list;
  if (rows === undefined) {
    if (!list.isError) return <ListPlaceholder />;
    return (
      <Note>
        <p role="alert">{t.chatsFailed}</p>
        <Button onClick={() => void list.refetch()}>{t.tryAgain}</Button>
      </Note>
    );
  }
  const month = (key: string): string =>
    new Intl.DateTimeFormat(language, {
      month: 'long',
      timeZone: 'UTC',
      ...(key.slice(0, 4) === today.slice(0, 4) ? {} : { year: 'numeric' }),
    }).format(new Date(`${key}-01T00:00:00Z`));
  const day = (key: string): string =>
    key === 'today' || key === 'yesterday' || key === 'week' ? words.groups[key] : month(key);
  const all = grouped ? uniqueRows([...(pinned.data ?? NONE), ...rows]) : rows;
  const items = listItems(all, { today, timeZone, grouped, names: { pinned: t.pinned, day } });
  return (
    <>
      <p role="status" className="sr-only">
        {q === '' ? '' : words.found(rows.length, list.hasNextPage)}
      </p>
      {all.length === 0 && !list.hasNextPage ? (
        <Note>{q === '' ? words.none[filter] : words.nothingFound(q)}</Note>
      ) : (
        <VirtualChats
          key={`${filter} ${q}`}
          items={items}
          q={q}
          onNavigate={props.onNavigate}
          more={{
            has: list.hasNextPage,
            loading: list.isFetchingNextPage,
            failed: list.isFetchNextPageError,
            load: () => void list.fetchNextPage(),
          }}
        />
      )}
    </>
  );
}

function Note({ children }: { readonly children: ReactNode }) {
  return (
    <div className="flex flex-1 flex-col items-start gap-3 px-4 py-4 text-sm wrap-anywhere text-faint">{children}</div>
  );
}
