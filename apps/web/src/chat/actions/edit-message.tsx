'use client';

import { MAX_MESSAGE_LENGTH } from '@colloquy/contracts/constants';
import type { UserEntry } from '@colloquy/transcript';
import { useLayoutEffect, useRef, type KeyboardEvent } from 'react';
import { useWords } from '../../i18n/words.ts';
import { announce } from '../../shell/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { useChatStore, useScreen } from '../chat-store.ts';
import { useDraft } from '../use-draft.ts';
import { hasMoreAfter } from './can-do.ts';
import { editKey, endEdit, leaveEdit } from './edit-draft.ts';
import { useActionWords } from './words.ts';

/** Highest it grows, in px; then it scrolls. */
const MAX_HEIGHT = 360;

/** A person's message while it is being changed, in its place. What is written is kept until it is sent or cancelled. */
export function EditMessage({ entry }: { readonly entry: UserEntry }) {
  const t = useActionWords();
  const words = useWords();
  const store = useChatStore();
  const [text, write] = useDraft(editKey(store.chatId, entry.messageId));
  const field = useRef<HTMLTextAreaElement>(null);
  const tooLong = text.length > MAX_MESSAGE_LENGTH;
  const ready = !tooLong && text.trim() !== '' && text.trim() !== entry.text;
  useLayoutEffect(() => {
    if (field.current !== null) fit(field.current);
  }, [text]);
  const focusBack = (): void => {
    focusSoon(`[data-message="${CSS.escape(entry.key)}"] button`);
  };
  const save = (): void => {
    if (!ready) return;
    store.edit(entry.messageId, text.trim(), entry.attachments);
    announce(t.editAnnounced);
    endEdit(store.chatId, entry.messageId);
    // The message is going to be another one: its own actions are about to go.
    focusSoon('[role="log"]');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      // It closes the editor, and does not stop the run as well.
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      leaveEdit(store.chatId, entry);
      focusBack();
    }
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      save();
    }
  };
  return (
    <form
      className="pt-5 pb-2"
      data-entry="edit"
      onSubmit={(event) => {
        event.preventDefault();
        save();
      }}
    >
      <div className="rounded-2xl border border-line-strong bg-surface p-2 transition-colors focus-within:border-accent-fill">
        <textarea
          ref={(element) => {
            field.current = element;
            focusAtEnd(element);
          }}
          rows={1}
          value={text}
          aria-label={t.editLabel}
          aria-describedby="edit-keys edit-sets-aside"
          onChange={(event) => {
            write(event.target.value);
          }}
          onKeyDown={onKeyDown}
          className="thin-scroll block w-full resize-none bg-transparent px-2 py-1 text-base leading-6 outline-none md:text-[0.9375rem]"
        />
        <div className="mt-1 flex flex-wrap items-center justify-end gap-2">
          <SetsAside entry={entry} />
          <Button
            tone="plain"
            onClick={() => {
              endEdit(store.chatId, entry.messageId);
              focusBack();
            }}
          >
            {t.editCancel}
          </Button>
          <Button tone="solid" type="submit" disabled={!ready}>
            {t.editSave}
          </Button>
        </div>
      </div>
      {tooLong ? (
        <p role="alert" className="mt-1 px-2 text-sm text-bad">
          {words.tooLong(MAX_MESSAGE_LENGTH)}
        </p>
      ) : null}
      <span id="edit-keys" className="sr-only">
        {t.editKeys}
      </span>
    </form>
  );
}

/** What becomes of what follows the message. */
function SetsAside({ entry }: { readonly entry: UserEntry }) {
  const t = useActionWords();
  const running = useScreen(({ chat }) => chat.status !== 'idle');
  const more = useScreen(({ chat }) => hasMoreAfter(chat, entry));
  const line = entry.queued ? t.editQueued : running ? t.editStopsRun : more ? t.editSetsAside : '';
  return (
    <p id="edit-sets-aside" className="min-w-40 flex-1 px-2 text-xs text-soft">
      {line}
    </p>
  );
}

/** Only when it comes: React calls a ref that is written in place at every drawing. */
function focusAtEnd(element: HTMLTextAreaElement | null): void {
  if (element === null || document.activeElement === element || element.dataset['begun'] !== undefined) return;
  element.dataset['begun'] = '';
  element.focus({ preventScroll: true });
  element.setSelectionRange(element.value.length, element.value.length);
}

/** Once the editor is gone. */
function focusSoon(selector: string): void {
  requestAnimationFrame(() => {
    document.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true });
  });
}

/** As high as its text. */
function fit(field: HTMLTextAreaElement): void {
  field.style.height = 'auto';
  field.style.height = `${String(Math.min(field.scrollHeight, MAX_HEIGHT))}px`;
}
