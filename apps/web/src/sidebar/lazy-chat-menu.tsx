'use client';

import { Ellipsis } from 'lucide-react';
import { lazy, Suspense, useState, type ComponentProps } from 'react';
import { t } from '../strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import type { ChatMenu as ChatMenuType } from './chat-menu.tsx';
import { MENU_BUTTON } from './menu-button.ts';

const ChatMenu = lazy(async () => ({ default: (await import('./chat-menu.tsx')).ChatMenu }));

/** The button of a chat's menu; the menu's own code comes with the first use. */
export function LazyChatMenu(props: ComponentProps<typeof ChatMenuType>) {
  const [wanted, setWanted] = useState(false);
  const button = (
    <IconButton
      label={t.chatActions(props.title)}
      aria-haspopup="menu"
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
    <Suspense fallback={button}>
      <ChatMenu {...props} />
    </Suspense>
  );
}
