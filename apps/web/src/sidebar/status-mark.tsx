'use client';

import type { ChatRow } from '@colloquy/contracts';
import { CircleAlert, CircleStop, Link2 } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { useListWords } from './words.ts';

/** What is going on in a chat: it needs the person, it runs, its last run failed or was stopped; and what is new in it. */
export function StatusMark({ row, current }: { readonly row: ChatRow; readonly current: boolean }) {
  const words = useListWords();
  const unread = current ? 0 : (row.unread ?? 0);
  return (
    <span className="flex shrink-0 items-center gap-1.5">
      {row.shared === true ? (
        <span title={words.shared}>
          <Link2 aria-hidden className="size-3.5 text-faint" />
          <span className="sr-only">{words.shared}</span>
        </span>
      ) : null}
      <Doing row={row} />
      {unread > 0 ? (
        <span
          title={words.unread(unread)}
          className="min-w-[1.15rem] rounded-full bg-accent-wash px-1.5 text-center text-[0.6875rem] leading-[1.15rem] font-semibold text-accent-ink tabular-nums"
        >
          <span aria-hidden>{unread > 99 ? '99+' : unread}</span>
          <span className="sr-only">{words.unread(unread)}</span>
        </span>
      ) : null}
    </span>
  );
}

function Doing({ row }: { readonly row: ChatRow }) {
  const t = useWords();
  const words = useListWords();
  if (row.status === 'waiting' || row.pendingRequests > 0) {
    return (
      <span className="rounded-full border border-warn-line bg-warn-wash px-1.5 text-[0.6875rem] leading-[1.15rem] font-medium text-warn">
        {t.needsYou}
      </span>
    );
  }
  if (row.status === 'running') {
    return (
      <span className="flex items-center" title={t.running}>
        <span aria-hidden className="size-2 animate-pulse rounded-full bg-accent-fill" />
        <span className="sr-only">{t.running}</span>
      </span>
    );
  }
  if (row.failed === true) {
    return <Ended label={words.failed} icon={<CircleAlert aria-hidden className="size-3.5 text-bad" />} />;
  }
  if (row.cancelled !== true) return null;
  return <Ended label={words.cancelled} icon={<CircleStop aria-hidden className="size-3.5 text-faint" />} />;
}

function Ended({ label, icon }: { readonly label: string; readonly icon: ReactNode }) {
  return (
    <span title={label}>
      {icon}
      <span className="sr-only">{label}</span>
    </span>
  );
}
