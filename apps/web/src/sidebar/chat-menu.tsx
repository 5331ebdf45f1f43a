'use client';

import { ClientError } from '@colloquy/client';
import type { ChatRow } from '@colloquy/contracts';
import { Braces, Copy, Ellipsis, FileText, Pencil, Pin, PinOff, Share2, Trash2 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import type { ReactNode } from 'react';
import { downloadText, fileNameOf } from '../chat/actions/download-text.ts';
import { useWords } from '../i18n/words.ts';
import { useClient } from '../shell/client-provider.tsx';
import { showToast } from '../shell/toast-store.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { MENU_BUTTON } from './menu-button.ts';
import { useListWords } from './words.ts';

const ITEM =
  'flex min-h-11 items-center gap-2.5 rounded-md px-2.5 text-sm outline-none data-[highlighted]:bg-hover md:min-h-8 [&>svg]:size-4 [&>svg]:text-soft';

/** What can be done with a chat. It comes when it is first asked for, and so it is open then. */
export function ChatMenu(props: {
  readonly row: ChatRow;
  readonly title: string;
  readonly tabIndex: number;
  readonly onRename: () => void;
  readonly onPin: () => void;
  readonly onShare: () => void;
  readonly onRemove: () => void;
}) {
  const t = useWords();
  const { pinned } = props.row;
  return (
    <DropdownMenu.Root modal={false} defaultOpen>
      <DropdownMenu.Trigger asChild>
        <IconButton label={t.chatActions(props.title)} tabIndex={props.tabIndex} className={MENU_BUTTON}>
          <Ellipsis />
        </IconButton>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={4}
          collisionPadding={8}
          className="z-50 min-w-40 rounded-xl border border-line bg-surface p-1 shadow-lg"
          onCloseAutoFocus={(event) => {
            // Renaming has put the focus into its field.
            if (document.activeElement?.tagName === 'INPUT') event.preventDefault();
          }}
        >
          <Item icon={<Pencil aria-hidden />} label={t.rename} onSelect={props.onRename} />
          <Item
            icon={pinned ? <PinOff aria-hidden /> : <Pin aria-hidden />}
            label={pinned ? t.unpin : t.pin}
            onSelect={props.onPin}
          />
          <Exports row={props.row} onShare={props.onShare} />
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

function Exports({ row, onShare }: { readonly row: ChatRow; readonly onShare: () => void }) {
  const words = useListWords();
  const client = useClient();
  const take = (format: 'md' | 'json', use: (text: string) => unknown): void => {
    const taken = client?.api.exportChat(row.chatId, format).then(use);
    taken?.catch((error: unknown) => {
      showToast(error instanceof ClientError ? `${words.exportFailed} ${error.message}` : words.exportFailed);
    });
  };
  const save = (format: 'md' | 'json'): void => {
    take(format, (text) => {
      downloadText(text, fileNameOf(row, format));
    });
  };
  return (
    <>
      <Item icon={<Share2 aria-hidden />} label={words.share} onSelect={onShare} />
      <DropdownMenu.Separator className="my-1 h-px bg-line" />
      <Item
        icon={<FileText aria-hidden />}
        label={words.exportMarkdown}
        onSelect={() => {
          save('md');
        }}
      />
      <Item
        icon={<Braces aria-hidden />}
        label={words.exportJson}
        onSelect={() => {
          save('json');
        }}
      />
      <Item
        icon={<Copy aria-hidden />}
        label={words.copyMarkdown}
        onSelect={() => {
          take('md', async (text) => {
            await navigator.clipboard.writeText(text);
            showToast(words.copied);
          });
        }}
      />
    </>
  );
}

function Item(props: { readonly icon: ReactNode; readonly label: string; readonly onSelect: () => void }) {
  return (
    <DropdownMenu.Item className={ITEM} onSelect={props.onSelect}>
      {props.icon}
      {props.label}
    </DropdownMenu.Item>
  );
}
