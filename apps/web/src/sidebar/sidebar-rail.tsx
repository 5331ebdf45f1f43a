'use client';

import { PanelLeftOpen, Plus } from 'lucide-react';
import { useWords } from '../i18n/words.ts';
import { changeSettings } from '../settings/use-settings.ts';
import { goTo } from '../shell/navigate.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { Places } from './sidebar-footer.tsx';

/** The left side where it is narrow: what is beside the chats, and the way back to them. */
export function SidebarRail() {
  const t = useWords();
  return (
    <div className="hidden h-full flex-col items-center gap-1 py-2.5 in-data-[sidebar=rail]:flex">
      <IconButton
        label={t.showSidebar}
        onClick={() => {
          changeSettings({ sidebar: 'open' });
        }}
      >
        <PanelLeftOpen />
      </IconButton>
      <IconButton
        label={t.newChat}
        onClick={() => {
          goTo();
        }}
      >
        <Plus />
      </IconButton>
      <div className="mt-auto flex flex-col items-center gap-1">
        <Places />
      </div>
    </div>
  );
}
