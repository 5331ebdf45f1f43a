'use client';

import type { ChatEvent } from '@colloquy/contracts';
import type { SharedList } from '@colloquy/transcript';
import { clsx } from 'clsx';
import { useLayoutEffect, useRef } from 'react';
import { useAgentName } from '../chat/team.tsx';
import { indexOfSeq } from './event-filter.ts';
import { useClock } from './use-clock.ts';
import { useLinesInView } from './use-lines-in-view.ts';
import { usePanelWords } from './words.ts';

/** Height of a line, in px; on a phone a finger must hit it. */
const LINE = { fine: 32, coarse: 44 } as const;
/** So near to its end the list is at its end, in px. */
const NEAR = 24;

interface EventListProps {
  readonly events: SharedList<ChatEvent>;
  /** `seq` of the one that is shown below. */
  readonly chosen: number | undefined;
  readonly following: boolean;
  readonly onFollow: (following: boolean) => void;
  readonly onChoose: (event: ChatEvent) => void;
}

/** Events one below the other; only those in view exist. */
export function EventList({ events, chosen, following, onFollow, onChoose }: EventListProps) {
  const t = usePanelWords();
  const scroller = useRef<HTMLDivElement>(null);
  const line = typeof window !== 'undefined' && matchMedia('(pointer: coarse)').matches ? LINE.coarse : LINE.fine;
  const view = useLinesInView(scroller, { count: events.length, line });
  const height = events.length * line;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (following && element !== null) element.scrollTop = element.scrollHeight;
  }, [following, height]);
  const place = chosen === undefined ? -1 : indexOfSeq(events, chosen);
  useLayoutEffect(() => {
    // What was chosen stays in view when its details take a part of the room.
    const element = scroller.current;
    if (place < 0 || element === null) return;
    const least = (place + 1) * line - element.clientHeight;
    if (element.scrollTop < least) element.scrollTop = least;
  }, [place, line]);
  return (
    <div
      ref={scroller}
      role="list"
      aria-label={t.eventList}
      className="thin-scroll min-h-0 flex-1 overflow-y-auto border-t border-line"
      onScroll={({ currentTarget: { scrollTop, clientHeight, scrollHeight } }) => {
        view.look();
        const atEnd = scrollTop + clientHeight >= scrollHeight - NEAR;
        if (atEnd !== following) onFollow(atEnd);
      }}
    >
      <div className="relative" style={{ height }}>
        {Array.from({ length: view.to - view.from }, (_, nth) => view.from + nth).map((index) => {
          const event = events.at(index);
          if (event === undefined) return null;
          return (
            <div
              key={event.seq}
              role="listitem"
              aria-setsize={events.length}
              aria-posinset={index + 1}
              className="absolute inset-x-0 top-0"
              style={{ transform: `translateY(${String(index * line)}px)`, height: line }}
            >
              <EventLine event={event} chosen={event.seq === chosen} onChoose={onChoose} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function EventLine(props: {
  readonly event: ChatEvent;
  readonly chosen: boolean;
  readonly onChoose: (event: ChatEvent) => void;
}) {
  const clock = useClock();
  const nameOf = useAgentName();
  const { event, chosen, onChoose } = props;
  return (
    <button
      type="button"
      aria-expanded={chosen}
      onClick={() => {
        onChoose(event);
      }}
      className={clsx(
        'flex h-full w-full items-center gap-2 px-4 text-left text-xs hover:bg-hover focus-visible:-outline-offset-2',
        chosen && 'bg-accent-wash',
      )}
    >
      <span className="w-10 shrink-0 text-right text-faint tabular-nums">{event.seq}</span>
      <time dateTime={event.at} className="w-[4.5rem] shrink-0 text-faint tabular-nums">
        {clock(event.at)}
      </time>
      <code className="min-w-0 flex-1 truncate">{event.type}</code>
      {event.agent === undefined ? null : (
        <span className="max-w-[35%] shrink-0 truncate text-soft">{nameOf(event.agent)}</span>
      )}
    </button>
  );
}
