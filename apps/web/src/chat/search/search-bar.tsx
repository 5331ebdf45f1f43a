'use client';

import { ChevronDown, ChevronUp, Search, X } from 'lucide-react';
import { useEffect, useRef, useState, type KeyboardEvent } from 'react';
import { useStore } from 'zustand';
import { announce } from '../../shell/announcer.tsx';
import { Button } from '../../ui/button.tsx';
import { IconButton } from '../../ui/icon-button.tsx';
import { setDoing } from '../actions/doing-store.ts';
import { useChatStore, useScreen } from '../chat-store.ts';
import { createHighlighter } from './highlighter.ts';
import { createSearchController, type SearchController } from './search-controller.ts';
import { useSearchWords } from './words.ts';

/** Searches what was said in this chat. Enter goes on, Shift+Enter back, Esc closes and gives the focus back. */
export function SearchBar() {
  const t = useSearchWords();
  const store = useChatStore();
  const [controller] = useState(() => createSearchController(store));
  const query = useStore(controller.state, (state) => state.query);
  const field = useRef<HTMLInputElement>(null);
  const close = useOpener(() => {
    setDoing(store.chatId, { searching: undefined });
  });
  useEffect(() => controller.follow(), [controller]);
  useMarks(controller);
  useSpokenCount(controller);
  useEffect(() => {
    field.current?.focus();
    field.current?.select();
  }, []);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Enter' && event.target === field.current) {
      event.preventDefault();
      controller.step(event.shiftKey ? -1 : 1);
    }
    if (event.key === 'Escape') {
      // It closes the search, and does not stop the run as well.
      event.preventDefault();
      event.nativeEvent.stopImmediatePropagation();
      close();
    }
  };
  return (
    <div role="search" onKeyDown={onKeyDown} className="border-b border-line bg-rail px-2 py-1 md:px-5">
      <div className="mx-auto flex w-full max-w-3xl items-center gap-1">
        <Search className="ml-1 size-4 shrink-0 text-faint" aria-hidden />
        <input
          ref={field}
          type="search"
          enterKeyHint="search"
          aria-label={t.label}
          placeholder={t.placeholder}
          value={query}
          onChange={(event) => {
            controller.setQuery(event.target.value);
          }}
          className="h-11 min-w-0 flex-1 bg-transparent px-2 text-base outline-none placeholder:text-faint md:h-9 md:text-sm [&::-webkit-search-cancel-button]:hidden"
        />
        <Count controller={controller} />
        <IconButton
          label={t.previous}
          onClick={() => {
            controller.step(-1);
          }}
        >
          <ChevronUp />
        </IconButton>
        <IconButton
          label={t.next}
          onClick={() => {
            controller.step(1);
          }}
        >
          <ChevronDown />
        </IconButton>
        <IconButton label={t.close} onClick={close}>
          <X />
        </IconButton>
      </div>
      <Earlier controller={controller} />
    </div>
  );
}

function Count({ controller }: { readonly controller: SearchController }) {
  const t = useSearchWords();
  const { pattern, busy, total, index } = useStore(controller.state);
  if (pattern === undefined) return null;
  return (
    <span className="shrink-0 px-1 text-xs text-soft tabular-nums">
      {busy ? t.searching : total === 0 ? t.none : t.count(index + 1, total)}
    </span>
  );
}

/** A long chat is not all here: what came before is loaded and searched when the person asks for it. */
function Earlier({ controller }: { readonly controller: SearchController }) {
  const t = useSearchWords();
  const earlier = useScreen(({ chat }) => chat.earlier);
  const state = useStore(controller.state, (search) => search.earlier);
  const asked = useStore(controller.state, (search) => search.pattern !== undefined);
  if (earlier === 0 || !asked) return null;
  return (
    <div className="mx-auto flex w-full max-w-3xl flex-wrap items-center gap-2 pb-1 pl-7 text-sm">
      {state === 'failed' ? (
        <span role="alert" className="text-bad">
          {t.earlierFailed}
        </span>
      ) : null}
      <Button tone="plain" disabled={state === 'loading'} onClick={() => void controller.loadEarlier()}>
        {state === 'loading' ? t.loadingEarlier : t.earlier(earlier)}
      </Button>
    </div>
  );
}

/** Marks what is found in the rows that are there. */
function useMarks(controller: SearchController): void {
  useEffect(() => {
    const scroller = document.querySelector<HTMLElement>('[role="log"]');
    if (scroller === null) return undefined;
    const highlighter = createHighlighter(scroller);
    const mark = (): void => {
      const { pattern, spot } = controller.state.getState();
      const nthIn = (key: string): number | undefined => (spot?.key === key ? spot.nth : undefined);
      highlighter.mark(pattern === undefined ? undefined : { pattern, nthIn });
    };
    const off = controller.state.subscribe((state, before) => {
      if (state.pattern !== before.pattern || state.spot !== before.spot) mark();
    });
    return () => {
      off();
      highlighter.stop();
    };
  }, [controller]);
}

/** So long must a count stand still before it is said. */
const SPEAK_MS = 600;

function useSpokenCount(controller: SearchController): void {
  const t = useSearchWords();
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const off = controller.state.subscribe((state, before) => {
      if (state.busy || state.pattern === undefined) return;
      const moved = state.index !== before.index && state.total === before.total && state.query === before.query;
      if (state.total === before.total && !before.busy && !moved) return;
      clearTimeout(timer);
      const text = moved ? t.count(state.index + 1, state.total) : state.total === 0 ? t.none : t.found(state.total);
      timer = setTimeout(() => {
        announce(text);
      }, SPEAK_MS);
    });
    return () => {
      off();
      clearTimeout(timer);
    };
  }, [controller, t]);
}

/** Remembers what had the focus; the function that is returned closes and gives it back. */
function useOpener(onClose: () => void): () => void {
  const [opener] = useState(() => document.activeElement);
  return () => {
    onClose();
    if (opener instanceof HTMLElement && opener.isConnected && opener !== document.body) opener.focus();
    else document.querySelector<HTMLElement>('[role="log"]')?.focus();
  };
}
