'use client';

import { ArrowDown } from 'lucide-react';

import { useLayoutEffect, useRef } from 'react';
import { t } from '../strings.ts';
import { Button } from '../ui/button.tsx';
import { useScreen } from './chat-store.ts';
import { rowsOf, type Row } from './rows.ts';
import { TranscriptRow } from './transcript-row.tsx';
import { usePinnedEnd } from './use-pinned-end.ts';
import { useVirtualList } from './use-virtual-list.ts';

/** Heights before a row was drawn, in px. */
const ESTIMATES: Readonly<Record<string, number>> = {
  user: 72,
  agent: 140,
  reasoning: 40,
  tool: 56,
  question: 180,
  handoff: 44,
};

/**
 * The transcript: only the rows in view exist. It stays at the end while the end is in view, and lets go with the first
 * move upwards.
 */
export function Transcript() {
  'use no memo'; // see use-virtual-list.ts
  const chat = useScreen((screen) => screen.chat);
  const outbox = useScreen((screen) => screen.outbox);
  const scroller = useRef<HTMLDivElement>(null);
  const rows = rowsOf({ chat, outbox });
  const { released, follow, jump } = usePinnedEnd(scroller, rows.lastKey);
  const list = useVirtualList({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows.at(index)),
    getItemKey: (index) => rows.keyOf(index),
    anchorTo: 'end',
    overscan: 4,
    paddingStart: 20,
    paddingEnd: 20,
    useFlushSync: false,
  });
  const height = list.getTotalSize();
  useLayoutEffect(() => {
    follow();
  }, [follow, height]);
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
                className="absolute inset-x-0 top-0 px-4"
                style={{ transform: `translateY(${String(start)}px)` }}
              >
                {row === undefined ? null : <TranscriptRow row={row} />}
              </div>
            );
          })}
        </div>
      </div>
      {released === undefined ? null : <JumpToLatest news={rows.countAfter(released)} onJump={jump} />}
    </div>
  );
}

function JumpToLatest({ news, onJump }: { readonly news: number; readonly onJump: () => void }) {
  return (
    <div className="pointer-events-none absolute inset-x-0 bottom-3 flex justify-center">
      <Button className="pointer-events-auto rounded-full shadow-md" onClick={onJump}>
        <ArrowDown className="size-4" aria-hidden />
        {news > 0 ? t.newBelow(news) : t.jumpToLatest}
      </Button>
    </div>
  );
}

function estimate(row: Row | undefined): number {
  return row?.kind === 'entry' ? (ESTIMATES[row.entry.kind] ?? 36) : 60;
}
