'use client';

import { ArrowDown, ArrowUp } from 'lucide-react';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { useChatStore, useScreen } from './chat-store.ts';
import { estimateHeight } from './estimate-height.ts';
import { newsMark, type SeenMark } from './news.ts';
import { useRowWords } from './row-words.ts';
import { createRowSource } from './rows.ts';
import type { JumpOptions } from './transcript-handle.ts';
import { TranscriptRow } from './transcript-row.tsx';
import { useMessageLink } from './use-message-link.ts';
import { usePinnedEnd } from './use-pinned-end.ts';
import { useUnread } from './use-unread.ts';
import { useVirtualList } from './use-virtual-list.ts';

/** What is left free above a row that was jumped to, in px. */
const ABOVE_PX = 16;
/** How near to the end, in px, the end is in view. */
const NEAR_PX = 24;

/**
 * The transcript: only the rows in view exist. It stays at the end while the end is in view, and lets go with the first
 * move upwards.
 */
export function Transcript() {
  'use no memo'; // see use-virtual-list.ts
  const t = useWords();
  const store = useChatStore();
  const chat = useScreen((screen) => screen.chat);
  const outbox = useScreen((screen) => screen.outbox);
  const unread = useUnread();
  const [source] = useState(createRowSource);
  const [passed, setPassed] = useState<SeenMark>();
  const [flash, setFlash] = useState<string>();
  const scroller = useRef<HTMLDivElement>(null);
  const rows = source.rows({ chat, outbox, unread });
  const { released, follow, jump, release } = usePinnedEnd(scroller, () => newsMark(store.screen.getState().chat));
  const list = useVirtualList({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateHeight(rows.entryAt(index)),
    getItemKey: rows.keyOf,
    anchorTo: 'end',
    // Let go, it moves with nothing that grows, even when that happens to be the end.
    scrollEndThreshold: released === undefined ? 1 : -1,
    overscan: 4,
    paddingStart: 20,
    paddingEnd: 20,
    scrollPaddingStart: ABOVE_PX,
    useFlushSync: false,
    onChange: (moved) => {
      // Before it has come to its end for the first time, the list is nowhere.
      const settled = released !== undefined || moved.isAtEnd(NEAR_PX);
      const first = moved.range?.startIndex;
      if (settled && first !== undefined && rows.unread !== undefined && first <= rows.unread.index) setPassed(unread);
    },
  });
  const height = list.getTotalSize();
  useLayoutEffect(() => {
    follow();
  }, [follow, height]);
  const show = (index: number, options: JumpOptions = {}): void => {
    release();
    list.scrollToIndex(index, { align: 'start' });
    if (options.flash === true) setFlash(rows.keyOf(index));
    if (options.focus === true) focusRow(scroller, rows.keyOf(index));
  };
  const moved = useRef({ show, jump, rows });
  useLayoutEffect(() => {
    moved.current = { show, jump, rows };
  });
  useEffect(
    () =>
      store.transcript.attach({
        show(key, options) {
          const index = moved.current.rows.indexOf(key);
          if (index >= 0) moved.current.show(index, options);
        },
        end() {
          moved.current.jump();
        },
      }),
    [store],
  );
  useMessageLink();
  const shown = list.range;
  const news = released === undefined ? undefined : rows.newsAfter(released);
  const above = passed === unread ? undefined : rows.unread;
  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        role="log"
        aria-live="off"
        aria-label={t.transcript}
        tabIndex={0}
        className="thin-scroll h-full overflow-y-auto overscroll-contain focus-visible:outline-offset-[-2px]"
        style={{ overflowAnchor: 'none' }}
      >
        <div className="relative mx-auto w-full max-w-3xl" style={{ height }}>
          {list.getVirtualItems().map(({ key, index, start }) => {
            const row = rows.at(index);
            return (
              <div
                key={key}
                ref={list.measureElement}
                data-index={index}
                data-key={key}
                data-flash={key === flash ? '' : undefined}
                tabIndex={-1}
                className="transcript-row absolute inset-x-0 top-0 px-4"
                style={{ transform: `translateY(${String(start)}px)` }}
                onAnimationEnd={({ animationName }) => {
                  if (animationName === 'flash') setFlash(undefined);
                }}
              >
                {row === undefined ? null : <TranscriptRow row={row} />}
              </div>
            );
          })}
        </div>
      </div>
      {above !== undefined && shown !== null && above.index < shown.startIndex ? (
        <Pill at="top" onClick={() => show(above.index)}>
          <UnreadAbove count={above.count} />
        </Pill>
      ) : null}
      {news === undefined ? null : (
        <Pill
          at="bottom"
          onClick={() => (news.count > 0 && news.index > (shown?.endIndex ?? 0) ? show(news.index) : jump())}
        >
          <ArrowDown className="size-4" aria-hidden />
          {news.count > 0 ? t.newBelow(news.count) : t.jumpToLatest}
        </Pill>
      )}
    </div>
  );
}

function UnreadAbove({ count }: { readonly count: number }) {
  const words = useRowWords();
  return (
    <>
      <ArrowUp className="size-4" aria-hidden />
      {words.unreadAbove(count)}
    </>
  );
}

function Pill(props: { readonly at: 'top' | 'bottom'; readonly onClick: () => void; readonly children: ReactNode }) {
  return (
    <div
      className={`pointer-events-none absolute inset-x-0 z-10 flex justify-center ${props.at === 'top' ? 'top-3' : 'bottom-3'}`}
    >
      <Button className="pointer-events-auto rounded-full shadow-md" onClick={props.onClick}>
        {props.children}
      </Button>
    </div>
  );
}

/** How many frames a row may take to be drawn after the list was moved to it. */
const FRAMES = 30;

/** Gives a row the focus as soon as it is there. */
function focusRow(scroller: { readonly current: HTMLElement | null }, key: string, frames = FRAMES): void {
  const row = scroller.current?.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  if (row !== undefined && row !== null) row.focus({ preventScroll: true });
  else if (frames > 0) {
    requestAnimationFrame(() => {
      focusRow(scroller, key, frames - 1);
    });
  }
}
