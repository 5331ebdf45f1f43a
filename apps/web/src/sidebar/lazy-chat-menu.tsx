'use client';

import { Ellipsis } from 'lucide-react';
import { useState, type ComponentProps } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { ChatMenu as ChatMenuType } from './chat-menu.tsx';
import { MENU_BUTTON } from './menu-button.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const ChatMenu = lazyPart(async () => (await import('./chat-menu.tsx')).ChatMenu, { missing: 'toast' });

/** The button of a chat's menu; the menu's own code comes with the first use. */
export function LazyChatMenu(props: ComponentProps<typeof ChatMenuType>) {
  const t = useWords();
  const [wanted, setWanted] = useState(false);
  const button = (
    <IconButton
      label={t.chatActions(props.title)}
      aria-haspopup="menu"
      tabIndex={props.tabIndex}
      className={MENU_BUTTON}
      onClick={() => {
        setWanted(true);
      }}
    >
      <Ellipsis />
    </IconButton>
  );
  if (!wanted) return button;
  return (
    <ChatMenu
      fallback={button}
      onMissing={() => {
        setWanted(false);
      }}
      {...props}
    />
  );
}
