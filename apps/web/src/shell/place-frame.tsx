'use client';

import { Menu } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { usePageTitle } from './use-page-title.ts';

/** A place beside the chats: its heading, what can be done there, and its content, which scrolls. */
export function PlaceFrame(props: {
  readonly title: string;
  readonly onMenu: () => void;
  /** Buttons at the end of the heading. */
  readonly actions?: ReactNode;
  /** As wide as it may be: `narrow` for forms and text, `wide` for charts and cards. */
  readonly width?: 'narrow' | 'wide';
  readonly children: ReactNode;
}) {
  const t = useWords();
  usePageTitle(props.title);
  return (
    <>
      <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:px-5">
        <IconButton label={t.openMenu} className="md:hidden" onClick={props.onMenu}>
          <Menu />
        </IconButton>
        <h1 tabIndex={-1} className="min-w-0 flex-1 truncate font-semibold tracking-tight outline-none">
          {props.title}
        </h1>
        {props.actions}
      </header>
      <div className="thin-scroll min-h-0 flex-1 overflow-y-auto">
        <div className={`mx-auto w-full px-4 py-6 md:px-6 ${props.width === 'wide' ? 'max-w-5xl' : 'max-w-2xl'}`}>
          {props.children}
        </div>
      </div>
    </>
  );
}
