'use client';

import type { UserEntry } from '@colloquy/transcript';
import { ChevronLeft, ChevronRight } from 'lucide-react';
import { useChatStore } from '../chat-store.ts';
import { setDoing, useDoing, type VersionDoing } from './doing-store.ts';
import { Action } from './action-button.tsx';
import { useActionWords } from './words.ts';

/** Which version of a message is shown, and the way to the others; nothing when there is only one. */
export function VersionPager({ entry }: { readonly entry: UserEntry }) {
  const t = useActionWords();
  const store = useChatStore();
  const looked = useDoing('version');
  const { versions, index } = placeOf(entry, store.readOnly ? looked : undefined) ?? { versions: [], index: 0 };
  if (versions.length === 0 || (store.readOnly && looked === undefined)) return null;
  const total = versions.length + 1;
  const go = (next: number): void => {
    setDoing(store.chatId, { version: next >= versions.length ? undefined : { versions, index: next } });
  };
  return (
    <span role="group" aria-label={t.versions} className="flex items-center text-xs text-faint tabular-nums">
      <Action
        label={t.olderVersion}
        disabled={index === 0}
        className="disabled:opacity-35"
        onClick={() => {
          go(index - 1);
        }}
      >
        <ChevronLeft aria-hidden />
      </Action>
      {t.version(index + 1, total)}
      <Action
        label={t.newerVersion}
        disabled={index === versions.length}
        className="disabled:opacity-35"
        onClick={() => {
          go(index + 1);
        }}
      >
        <ChevronRight aria-hidden />
      </Action>
    </span>
  );
}

/** Where an entry stands among its versions. In an older version, only the message that it is one of has a place. */
function placeOf(entry: UserEntry, looked: VersionDoing | undefined): VersionDoing | undefined {
  if (looked !== undefined) return looked.versions[looked.index]?.messageId === entry.messageId ? looked : undefined;
  const { versions } = entry;
  return versions === undefined ? undefined : { versions, index: versions.length };
}
