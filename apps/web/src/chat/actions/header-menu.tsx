'use client';

import {
  Braces,
  Ellipsis,
  FileText,
  GitFork,
  PanelRight,
  Pencil,
  Pin,
  PinOff,
  Search,
  Share2,
  Trash2,
} from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import { useFormat } from '../../ui/format.ts';
import { useWords } from '../../i18n/words.ts';
import { useScreen } from '../chat-store.ts';
import { MENU, MENU_ITEM } from './menu-style.ts';
import { useHeaderActions } from './use-header-actions.ts';
import { useActionWords } from './words.ts';

/** All that can be done with a chat. It comes when it is first asked for, and so it is open then. */
export function HeaderMenu() {
  const t = useActionWords();
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <IconButton label={t.chatMenu}>
          <Ellipsis />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className={MENU}
          onCloseAutoFocus={(event) => {
            // A field has taken the focus, or is about to.
            if (document.activeElement?.tagName === 'INPUT') event.preventDefault();
          }}
        >
          <Items />
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Items() {
  const t = useActionWords();
  const actions = useHeaderActions();
  const pinned = useScreen(({ chat }) => chat.pinned);
  return (
    <>
      <div className="md:hidden">
        <Item icon={<Search aria-hidden />} label={t.search} onSelect={actions.search} />
        <Item icon={<PanelRight aria-hidden />} label={t.panel} onSelect={actions.panel} />
        <Line />
      </div>
      <Item icon={<Pencil aria-hidden />} label={t.rename} onSelect={actions.rename} />
      <Item
        icon={pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
        label={pinned ? t.unpin : t.pin}
        onSelect={actions.pin}
      />
      <Item icon={<Share2 aria-hidden />} label={t.share} onSelect={actions.share} />
      <Item icon={<GitFork aria-hidden />} label={t.forkChat} onSelect={actions.fork} />
      <Line />
      <Item icon={<FileText aria-hidden />} label={t.exportMarkdown} onSelect={() => void actions.exportAs('md')} />
      <Item icon={<Braces aria-hidden />} label={t.exportJson} onSelect={() => void actions.exportAs('json')} />
      <Line />
      <DropdownMenu.Item className={`${MENU_ITEM} text-bad [&>svg]:text-bad`} onSelect={actions.remove}>
        <Trash2 aria-hidden />
        {t.remove}
      </DropdownMenu.Item>
      <CostLine />
    </>
  );
}

/** On a phone there is no room for it in the header. */
function CostLine() {
  const t = useWords();
  const format = useFormat();
  const usage = useScreen(({ chat }) => chat.usage);
  if (usage.modelCalls === 0) return null;
  const tokens = format.count(usage.promptTokens + usage.completionTokens);
  return (
    <DropdownMenu.Label className="border-t border-line px-2.5 pt-2 pb-1 text-xs text-faint tabular-nums md:hidden">
      {t.cost}: {t.costOf(format.cost(usage.costMicroUsd), tokens)}
    </DropdownMenu.Label>
  );
}

function Line() {
  return <DropdownMenu.Separator className="my-1 h-px bg-line" />;
}

function Item(props: { readonly icon: ReactNode; readonly label: string; readonly onSelect: () => void }) {
  return (
    <DropdownMenu.Item className={MENU_ITEM} onSelect={props.onSelect}>
      {props.icon}
      {props.label}
    </DropdownMenu.Item>
  );
}
