'use client';

import { useCommand } from '../../palette/commands.ts';
import { useWords } from '../../i18n/words.ts';
import { useChatStore, useScreen } from '../chat-store.ts';
import { useHeaderActions } from './use-header-actions.ts';
import { useActionWords } from './words.ts';

/** Offers in the palette what can be done with the open chat. */
export function useChatCommands(): void {
  const t = useActionWords();
  const actions = useHeaderActions();
  const { stop } = useWords();
  const store = useChatStore();
  const stoppable = useScreen(({ chat }) => chat.status !== 'idle');
  const pinned = useScreen(({ chat }) => chat.pinned);
  const there = useScreen(({ chat }) => chat.lastSeq > 0 && !chat.deleted);
  const offer = (name: string, label: string, run: () => void) =>
    there ? { id: `chat.${name}`, label, group: 'chat' as const, run } : undefined;
  const search = offer('search', t.search, actions.search);
  useCommand(search && { ...search, keys: 'Mod+Shift+F' });
  const panel = offer('panel', t.panel, actions.panel);
  useCommand(panel && { ...panel, keys: 'Mod+.' });
  useCommand(
    stoppable
      ? offer('stop', stop, () => {
          store.cancel();
        })
      : undefined,
  );
  useCommand(offer('rename', t.rename, actions.rename));
  useCommand(offer('pin', pinned ? t.unpin : t.pin, actions.pin));
  useCommand(offer('share', t.share, actions.share));
  useCommand(offer('fork', t.forkChat, actions.fork));
  useCommand(offer('export.md', t.exportMarkdown, () => void actions.exportAs('md')));
  useCommand(offer('export.json', t.exportJson, () => void actions.exportAs('json')));
  useCommand(offer('remove', t.remove, actions.remove));
}
