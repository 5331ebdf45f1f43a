'use client';

import { ChartNoAxesColumn, Inbox, Settings, Workflow } from 'lucide-react';
import { ConnectionDot } from '../shell/connection-dot.tsx';
import { ThemeButton } from '../shell/theme-button.tsx';
import { countOf } from '../inbox/touches-inbox.ts';
import { useInbox } from '../inbox/use-inbox.ts';
import { PlaceLink } from './place-link.tsx';

/** The places beside the chats, the connection and the colours. */
export function SidebarFooter({ onNavigate }: { readonly onNavigate: (() => void) | undefined }) {
  return (
    <div className="flex shrink-0 flex-col border-t border-line px-2 py-1">
      <div className="flex items-center justify-between">
        <Places onNavigate={onNavigate} />
        <ThemeButton />
      </div>
      <div className="px-2 pb-1">
        <ConnectionDot />
      </div>
    </div>
  );
}

/** The places beside the chats. */
export function Places({ onNavigate }: { readonly onNavigate?: (() => void) | undefined }) {
  const { data } = useInbox();
  return (
    <>
      <PlaceLink name="inbox" icon={Inbox} count={countOf(data)} onNavigate={onNavigate} />
      <PlaceLink name="workflows" icon={Workflow} onNavigate={onNavigate} />
      <PlaceLink name="usage" icon={ChartNoAxesColumn} onNavigate={onNavigate} />
      <PlaceLink name="settings" icon={Settings} onNavigate={onNavigate} />
    </>
  );
}
