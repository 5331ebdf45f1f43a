'use client';

import { MessagesSquare, PanelLeftClose, Plus } from 'lucide-react';
import { useState, type MouseEvent } from 'react';
import { useWords } from '../i18n/words.ts';
import { changeSettings } from '../settings/use-settings.ts';
import { useSignIn } from '../shell/client-provider.tsx';
import { goTo, pathOf } from '../shell/navigate.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { ListFilter } from './chat-view.ts';
import { ListPlaceholder } from './list-placeholder.tsx';
import { SearchField } from './search-field.tsx';
import { SidebarFooter } from './sidebar-footer.tsx';
import { SidebarRail } from './sidebar-rail.tsx';
import { usePaused } from './use-paused.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const ChatList = lazyPart(async () => (await import('./chat-list.tsx')).ChatList, { missing: 'inset' });
const FilterChips = lazyPart(async () => (await import('./filter-chips.tsx')).FilterChips, { missing: 'fallback' });
const PageSigns = lazyPart(async () => (await import('../notifications/page-signs.tsx')).PageSigns, {
  missing: 'fallback',
});

/** The left side: a new chat, the search, the chats, and how the connection is. It may be a narrow rail on a wide screen. */
export function Sidebar({ onNavigate }: { readonly onNavigate?: () => void }) {
  const t = useWords();
  const [text, setText] = useState('');
  const [filter, setFilter] = useState<ListFilter>('all');
  const q = usePaused(text.trim());
  const inDrawer = onNavigate !== undefined;
  return (
    <nav aria-label={t.chats} className="flex h-full min-h-0 flex-col">
      {inDrawer ? null : <SidebarRail />}
      <div className={inDrawer ? 'contents' : 'flex min-h-0 flex-1 flex-col in-data-[sidebar=rail]:hidden'}>
        <div className="flex h-14 shrink-0 items-center gap-2 pr-2 pl-4">
          <MessagesSquare className="size-5 text-accent-ink" aria-hidden />
          <span className="text-[0.95rem] font-semibold tracking-tight">{t.appName}</span>
          <DemoBadge />
          {inDrawer ? null : (
            <IconButton
              label={t.hideSidebar}
              className="ml-auto"
              onClick={() => {
                changeSettings({ sidebar: 'rail' });
              }}
            >
              <PanelLeftClose />
            </IconButton>
          )}
        </div>
        <div className="flex flex-col gap-2 px-3 pb-2">
          <a
            href={pathOf()}
            onClick={(event: MouseEvent) => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return;
              event.preventDefault();
              goTo();
              onNavigate?.();
            }}
            className="flex min-h-11 items-center gap-2 rounded-lg border border-line-strong bg-surface px-3 text-sm font-medium transition-colors hover:bg-hover md:min-h-row"
          >
            <Plus className="size-4" aria-hidden />
            {t.newChat}
          </a>
          <SearchField value={text} onChange={setText} />
          <FilterChips fallback={<div className="h-11 md:h-7" />} value={filter} onChange={setFilter} />
        </div>
        <ChatList fallback={<ListPlaceholder />} q={q} filter={filter} onNavigate={onNavigate} />
        <SidebarFooter onNavigate={onNavigate} />
      </div>
      {inDrawer ? null : <PageSigns />}
    </nav>
  );
}

function DemoBadge() {
  const t = useWords();
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
