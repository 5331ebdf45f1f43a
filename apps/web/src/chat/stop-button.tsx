'use client';

import { Square } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useWords } from '../i18n/words.ts';
import { useChatStore, useScreen } from './chat-store.ts';

/** After so long, in ms, a stop that has not come about is said to be slow. */
const SLOW_MS = 6_000;

/** Stops the run: what was asked for, and whether it has come about. Esc does the same. */
export function StopButton() {
  const t = useWords();
  const store = useChatStore();
  const stoppable = useScreen(({ chat }) => chat.status !== 'idle' && chat.lastSeq > 0);
  const stopping = useScreen(({ outbox }) => outbox.find(({ command }) => command.kind === 'cancel'));
  const asked = stopping !== undefined && stopping.state !== 'failed';
  const slow = useSlow(asked ? stopping.key : undefined);
  const stop = (): void => {
    if (stopping !== undefined) store.discard(stopping.key);
    store.cancel();
  };
  useEffect(() => {
    if (!stoppable || asked) return undefined;
    const onKeyDown = (event: KeyboardEvent): void => {
      // Menus and dialogs come first: they take the key for themselves.
      if (event.key === 'Escape' && !event.defaultPrevented && !event.isComposing && !isDialogOpen()) stop();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => {
      window.removeEventListener('keydown', onKeyDown);
    };
  });
  if (!stoppable) return null;
  return (
    <button
      type="button"
      aria-disabled={asked}
      onClick={(event) => {
        if (asked) return;
        stop();
        // It goes away when the run has stopped, and must not take the focus with it.
        event.currentTarget.form?.querySelector('textarea')?.focus({ preventScroll: true });
      }}
      className="inline-flex h-11 shrink-0 items-center gap-2 rounded-xl border border-line-strong px-3 text-sm font-medium transition-colors hover:bg-hover aria-disabled:opacity-60 md:h-9"
    >
      <Square className="size-3.5 fill-current" aria-hidden />
      <span className="max-sm:sr-only">{slow ? t.stopSlow : asked ? t.stopping : t.stop}</span>
    </button>
  );
}

/** Whether what has this key has been there for long. */
function useSlow(key: string | undefined): boolean {
  const [slow, setSlow] = useState<string>();
  useEffect(() => {
    if (key === undefined) return undefined;
    const timer = setTimeout(() => {
      setSlow(key);
    }, SLOW_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [key]);
  return key !== undefined && slow === key;
}

/** A dialog that is just closing does not keep the key to itself. */
function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"]') !== null;
}
