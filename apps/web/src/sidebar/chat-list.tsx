'use client';

import type { ChatRow } from '@colloquy/contracts';
import type { ReactNode } from 'react';
import { usePlace } from '../shell/navigate.ts';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { ChatListRow } from './chat-list-row.tsx';
import { useChatActions } from './use-chat-actions.ts';
import { useChats } from './use-chats.ts';

/** The chats, pinned ones first. */
export function ChatList({ q, onNavigate }: { readonly q: string; readonly onNavigate?: () => void }) {
  const { data: rows, isError, isPending, hasNextPage, isFetchingNextPage, fetchNextPage, refetch } = useChats(q);
  return (
    <div className="thin-scroll min-h-0 flex-1 overflow-y-auto px-2 pb-3">
      {isPending && !isError ? <Placeholder /> : null}
      {isError ? (
        <Note>
          <p role="alert">{t.chatsFailed}</p>
          <Button onClick={() => void refetch()}>{t.tryAgain}</Button>
        </Note>
      ) : null}
      {rows?.length === 0 ? <Note>{q === '' ? t.noChats : t.nothingFound}</Note> : null}
      {rows === undefined ? null : <Groups rows={rows} {...(onNavigate === undefined ? {} : { onNavigate })} />}
      {hasNextPage ? (
        <Button tone="plain" className="w-full" disabled={isFetchingNextPage} onClick={() => void fetchNextPage()}>
          {t.loadMore}
        </Button>
      ) : null}
    </div>
  );
}

function Groups({ rows, onNavigate }: { readonly rows: readonly ChatRow[]; readonly onNavigate?: () => void }) {
  const pinned = rows.filter((row) => row.pinned);
  const rest = rows.filter((row) => !row.pinned);
  return (
    <>
      {pinned.length > 0 ? <Group title={t.pinned} rows={pinned} onNavigate={onNavigate} /> : null}
      {rest.length > 0 ? (
        <Group title={pinned.length > 0 ? t.recent : undefined} rows={rest} onNavigate={onNavigate} />
      ) : null}
    </>
  );
}

function Group(props: {
  readonly title: string | undefined;
  readonly rows: readonly ChatRow[];
  readonly onNavigate: (() => void) | undefined;
}) {
  const place = usePlace();
  const actions = useChatActions();
  const current = place.kind === 'chat' ? place.chatId : undefined;
  return (
    <section aria-label={props.title ?? t.chats}>
      {props.title === undefined ? null : (
        <h2 className="px-2 pt-3 pb-1 text-xs font-medium text-faint">{props.title}</h2>
      )}
      <ul className="flex flex-col gap-px">
        {props.rows.map((row) => (
          <ChatListRow
            key={row.chatId}
            row={row}
            current={row.chatId === current}
            actions={actions}
            onNavigate={props.onNavigate}
          />
        ))}
      </ul>
    </section>
  );
}

function Note({ children }: { readonly children: ReactNode }) {
  return <div className="flex flex-col items-start gap-3 px-2 py-4 text-sm text-faint">{children}</div>;
}

function Placeholder() {
  return (
    <div aria-hidden className="flex flex-col gap-2 px-2 pt-2">
      {[70, 52, 64, 40].map((width) => (
        <div key={width} className="h-4 animate-pulse rounded bg-hover" style={{ width: `${String(width)}%` }} />
      ))}
    </div>
  );
}
