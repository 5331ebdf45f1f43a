'use client';

import { Command } from 'cmdk';
import { Search } from 'lucide-react';
import { Dialog } from 'radix-ui';
import { useEffect, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { goTo, goToPath, newChatPath } from '../shell/navigate.ts';
import { useWorkflows } from '../chat/use-workflows.ts';
import { titleOf } from '../sidebar/chat-title.ts';
import { useChats } from '../sidebar/use-chats.ts';
import { useOpener } from '../ui/use-opener.ts';
import { openPalette, usePalette, type CommandGroup } from './commands.ts';
import { KeyCaps } from './key-caps.tsx';
import { matches } from './match.ts';
import { usePaletteWords } from './words.ts';

const RECENT = 5;
const FOUND = 8;
/** How long typing may pause before the server is asked, in ms. */
const PAUSE_MS = 150;

/** Everything that can be done and every chat, by a few letters. */
export function PaletteDialog() {
  const words = usePaletteWords();
  const [search, setSearch] = useState('');
  return (
    <Dialog.Root
      open
      onOpenChange={(open) => {
        if (!open) openPalette(undefined);
      }}
    >
      <Dialog.Portal>
        <Dialog.Overlay className="overlay fixed inset-0 z-40 bg-black/40" />
        <Dialog.Content
          aria-describedby={undefined}
          {...useOpener()}
          className="appear fixed top-[max(0.75rem,12dvh)] left-1/2 z-50 w-[min(38rem,calc(100vw-1.5rem))] -translate-x-1/2 overflow-hidden rounded-2xl border border-line bg-surface shadow-2xl outline-none"
        >
          <Dialog.Title className="sr-only">{words.palette}</Dialog.Title>
          <Command label={words.palette} shouldFilter={false} loop>
            <div className="flex items-center gap-3 border-b border-line px-4">
              <Search className="size-4 shrink-0 text-faint" aria-hidden />
              <Command.Input
                value={search}
                onValueChange={setSearch}
                maxLength={200}
                placeholder={words.palettePlaceholder}
                className="h-12 min-w-0 flex-1 bg-transparent text-base outline-none placeholder:text-faint md:text-sm"
              />
            </div>
            <Command.List className="thin-scroll max-h-[min(24rem,60dvh)] overflow-y-auto p-1.5">
              <Commands search={search} groups={['chat', 'go']} />
              <Chats search={search} />
              <NewChats search={search} />
              <Commands search={search} groups={['look', 'app']} />
              <Command.Empty className="px-3 py-6 text-center text-sm text-soft">{words.nothing}</Command.Empty>
            </Command.List>
          </Command>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Commands({ search, groups }: { readonly search: string; readonly groups: readonly CommandGroup[] }) {
  const words = usePaletteWords();
  const commands = usePalette((state) => state.commands);
  const found = [...commands.values()].filter(
    ({ id, label, words: more = '' }) => id !== 'app.palette' && matches(`${label} ${more}`, search),
  );
  return groups.map((group) => {
    const items = found.filter((command) => (command.group ?? 'app') === group);
    return items.length === 0 ? null : (
      <Group key={group} title={words.groups[group]}>
        {items.map(({ id, label, keys, run }) => (
          <Item key={id} value={id} run={run}>
            <span className="min-w-0 flex-1 truncate">{label}</span>
            {keys === undefined ? null : <KeyCaps keys={keys} />}
          </Item>
        ))}
      </Group>
    );
  });
}

function NewChats({ search }: { readonly search: string }) {
  const words = usePaletteWords();
  const { data: cards = [] } = useWorkflows();
  const found = cards.filter(({ title, name }) => matches(`${words.newChatWith} ${title} ${name}`, search));
  if (found.length === 0) return null;
  return (
    <Group title={words.newChatWith}>
      {found.map(({ name, title }) => (
        <Item
          key={name}
          value={`new.${name}`}
          run={() => {
            goToPath(newChatPath(name));
          }}
        >
          {title}
        </Item>
      ))}
    </Group>
  );
}

function Chats({ search }: { readonly search: string }) {
  const t = useWords();
  const words = usePaletteWords();
  const current = search.trim();
  const q = usePaused(current);
  const { data: rows, isPending, isError } = useChats(q);
  if (isPending) return <Command.Loading className="px-3 py-2 text-sm text-faint">{words.searching}</Command.Loading>;
  if (isError) return <p className="px-3 py-2 text-sm text-bad">{words.searchFailed}</p>;
  // Until the server has been asked, those that are here are looked through.
  const found = q === current ? rows : rows.filter((row) => matches(titleOf(row, t.untitled), current));
  const shown = found.slice(0, current === '' ? RECENT : FOUND);
  if (shown.length === 0) return null;
  return (
    <Group title={current === '' ? words.recentChats : words.chats}>
      {shown.map((row) => (
        <Item
          key={row.chatId}
          value={row.chatId}
          run={() => {
            goTo(row.chatId);
          }}
        >
          <span className="min-w-0 flex-1 truncate">{titleOf(row, t.untitled)}</span>
          {row.pendingRequests > 0 ? <span className="shrink-0 text-xs text-warn">{t.needsYou}</span> : null}
        </Item>
      ))}
    </Group>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Command.Group
      heading={title}
      className="[&>[cmdk-group-heading]]:px-2.5 [&>[cmdk-group-heading]]:pt-2 [&>[cmdk-group-heading]]:pb-1 [&>[cmdk-group-heading]]:text-xs [&>[cmdk-group-heading]]:text-faint"
    >
      {children}
    </Command.Group>
  );
}

function Item(props: { readonly value: string; readonly run: () => void; readonly children: ReactNode }) {
  return (
    <Command.Item
      value={props.value}
      onSelect={() => {
        openPalette(undefined);
        // Once the dialog has given the focus back: what runs may take it somewhere else.
        setTimeout(props.run);
      }}
      className="flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-2.5 text-sm data-[selected=true]:bg-hover md:min-h-9"
    >
      {props.children}
    </Command.Item>
  );
}

/** A text once nobody has changed it for a moment. */
function usePaused(text: string): string {
  const [paused, setPaused] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => {
      setPaused(text);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [text]);
  return paused;
}
