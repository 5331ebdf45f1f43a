'use client';

import { Ellipsis, Pencil, Pin, PinOff, Trash2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { t } from '../strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { MENU_BUTTON } from './menu-button.ts';

const ITEM =
  'flex min-h-11 items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-[highlighted]:bg-hover md:min-h-8 [&>svg]:size-4 [&>svg]:text-soft';

/** What can be done with a chat. It comes when it is first asked for, and so it is open then. */
export function ChatMenu(props: {
  readonly title: string;
  readonly pinned: boolean;
  readonly onRename: () => void;
  readonly onPin: () => void;
  readonly onRemove: () => void;
}) {
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <IconButton label={t.chatActions(props.title)} className={MENU_BUTTON}>
          <Ellipsis />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          className="z-50 min-w-40 rounded-xl border border-line bg-surface p-1 shadow-lg"
          onCloseAutoFocus={(event) => {
            // Renaming has put the focus into its field.
            if (document.activeElement?.tagName === 'INPUT') event.preventDefault();
          }}
        >
          <DropdownMenu.Item className={ITEM} onSelect={props.onRename}>
            <Pencil aria-hidden />
            {t.rename}
          </DropdownMenu.Item>
          <DropdownMenu.Item className={ITEM} onSelect={props.onPin}>
            {props.pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
            {props.pinned ? t.unpin : t.pin}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="my-1 h-px bg-line" />
          <DropdownMenu.Item className={`${ITEM} text-bad [&>svg]:text-bad`} onSelect={props.onRemove}>
            <Trash2 aria-hidden />
            {t.remove}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
