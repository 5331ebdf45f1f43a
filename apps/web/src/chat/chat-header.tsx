'use client';

import type { ChatView } from '@colloquy/transcript';
import { Menu } from 'lucide-react';
import { useRef, useState } from 'react';
import { useWords } from '../i18n/words.ts';
import { useClient } from '../shell/client-provider.tsx';
import { showToast } from '../shell/toast-store.ts';
import { titleOf } from '../sidebar/chat-title.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { formatName } from '../ui/format.ts';
import { setDoing, useDoing } from './actions/doing-store.ts';
import { useChatStore, useScreen } from './chat-store.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const HeaderTools = lazyPart(async () => (await import('./actions/header-tools.tsx')).HeaderTools, {
  missing: 'fallback',
});
const HeaderStatus = lazyPart(async () => (await import('./actions/header-status.tsx')).HeaderStatus, {
  missing: 'fallback',
});
const RenameField = lazyPart(async () => (await import('../sidebar/rename-field.tsx')).RenameField, {
  missing: 'toast',
});

/** What the chat is called, who answers in it, how it goes, and what can be done with it. */
export function ChatHeader({ onMenu }: { readonly onMenu: () => void }) {
  const t = useWords();
  const workflow = useScreen((screen) => screen.chat.workflow);
  const resting = useScreen(({ chat }) => chat.status === 'idle');
  return (
    <header className="@container flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:px-5">
      <IconButton label={t.openMenu} className="md:hidden" onClick={onMenu}>
        <Menu />
      </IconButton>
      <div className="flex min-w-0 flex-1 flex-col @3xl:flex-row @3xl:items-baseline @3xl:gap-2.5">
        <Title />
        <p className="flex min-w-0 shrink-0 items-baseline gap-2.5 text-xs text-faint @3xl:text-sm">
          {workflow === '' ? null : (
            <span className={resting ? undefined : '@max-3xl:hidden'}>{formatName(workflow)}</span>
          )}
          <HeaderStatus />
        </p>
      </div>
      <HeaderTools />
    </header>
  );
}

/** The title; a click on it makes it a field. */
function Title() {
  const t = useWords();
  const { chatId } = useChatStore();
  const renaming = useDoing('renaming') === true;
  const place = useRef<HTMLButtonElement>(null);
  const [title, rename] = useTitle();
  const shown = useScreen(({ chat }) => titleOf({ title, lastText: firstWords(chat) }, t.untitled));
  const button = (
    <h1 className="-mx-1.5 min-w-0 text-[0.9375rem] font-semibold tracking-tight sm:text-base">
      <button
        ref={place}
        type="button"
        title={`${shown}\n${t.rename}`}
        className="block max-w-full truncate rounded-md px-1.5 hover:bg-hover"
        onClick={() => {
          setDoing(chatId, { renaming: true });
        }}
      >
        {shown}
      </button>
    </h1>
  );
  if (!renaming) return button;
  return (
    <div className="w-full max-w-md min-w-0">
      <RenameField
        fallback={button}
        onMissing={() => {
          setDoing(chatId, { renaming: undefined });
        }}
        title={shown}
        onDone={(next) => {
          setDoing(chatId, { renaming: undefined });
          // The field goes, and would take the focus along; who has moved it elsewhere keeps it there.
          requestAnimationFrame(() => {
            if (document.activeElement === document.body) place.current?.focus();
          });
          if (next !== undefined && next !== title) rename(next);
        }}
      />
    </div>
  );
}

/** The chat's title, at once as it is going to be when it is renamed here. */
function useTitle(): readonly [string, (title: string) => void] {
  const client = useClient();
  const { chatId } = useChatStore();
  const title = useScreen(({ chat }) => chat.title);
  const [asked, setAsked] = useState<{ readonly title: string; readonly instead: string }>();
  // It has come, or another one has: should the old one ever come back, it is shown.
  if (asked !== undefined && asked.instead !== title) setAsked(undefined);
  const rename = (next: string): void => {
    setAsked({ title: next, instead: title });
    client?.api.updateChat(chatId, { title: next }).catch((error: unknown) => {
      setAsked(undefined);
      showToast(error instanceof Error ? error.message : String(error));
    });
  };
  return [asked?.instead === title ? asked.title : title, rename];
}

/** What the chat began with, while it has no title. */
function firstWords({ entries }: ChatView): string {
  const first = entries.at(0);
  return first?.kind === 'user' ? first.text : '';
}
