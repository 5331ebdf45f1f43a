'use client';

import { MessagesSquare, Plus, Search } from 'lucide-react';
import { useDeferredValue, useState, type MouseEvent } from 'react';
import { useSignIn } from '../shell/client-provider.tsx';
import { ConnectionDot } from '../shell/connection-dot.tsx';
import { goTo, pathOf } from '../shell/navigate.ts';
import { ThemeButton } from '../shell/theme-button.tsx';
import { t } from '../strings.ts';
import { ChatList } from './chat-list.tsx';

/** The left side: a new chat, the search, the chats, and how the connection is. */
export function Sidebar({ onNavigate }: { readonly onNavigate?: () => void }) {
  const [text, setText] = useState('');
  const q = useDeferredValue(text.trim());
  const startNew = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    goTo();
    onNavigate?.();
  };
  return (
    <nav aria-label={t.chats} className="flex h-full min-h-0 flex-col">
      <div className="flex h-14 shrink-0 items-center gap-2 px-4">
        <MessagesSquare className="size-5 text-accent-ink" aria-hidden />
        <span className="text-[0.95rem] font-semibold tracking-tight">{t.appName}</span>
        <DemoBadge />
      </div>
      <div className="flex flex-col gap-2 px-3 pb-3">
        <a
          href={pathOf()}
          onClick={startNew}
          className="flex min-h-11 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium transition-colors hover:bg-hover md:min-h-9"
        >
          <Plus className="size-4" aria-hidden />
          {t.newChat}
        </a>
        <label className="relative block">
          <span className="sr-only">{t.searchChats}</span>
          <Search
            className="pointer-events-none absolute top-1/2 left-3 size-4 -translate-y-1/2 text-faint"
            aria-hidden
          />
          <input
            type="search"
            value={text}
            maxLength={200}
            placeholder={t.searchChats}
            onChange={(event) => {
              setText(event.target.value);
            }}
            className="h-11 w-full rounded-lg border border-transparent bg-hover pr-3 pl-9 text-base placeholder:text-faint focus:border-line-strong focus:bg-surface focus:outline-none md:h-9 md:text-sm"
          />
        </label>
      </div>
      <ChatList q={q} {...(onNavigate === undefined ? {} : { onNavigate })} />
      <div className="flex shrink-0 items-center justify-between border-t border-line py-1.5 pr-2 pl-4">
        <ConnectionDot />
        <ThemeButton />
      </div>
    </nav>
  );
}

function DemoBadge() {
  const { me } = useSignIn();
  if (me?.demoModel !== true) return null;
  return (
    <span
      title={t.demoModel}
      className="rounded-full border border-warn-line bg-warn-wash px-2 py-px text-[0.6875rem] font-medium text-warn"
    >
      {t.demoBadge}
    </span>
  );
}
