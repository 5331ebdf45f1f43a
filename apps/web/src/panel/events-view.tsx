'use client';

import type { ChatEvent } from '@colloquy/contracts';
import { ArrowDown } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useAgentName } from '../chat/team.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { useFormat } from '../ui/format.ts';
import { EventDetail } from './event-detail.tsx';
import { ALL_EVENTS, createSearch, type EventFilter } from './event-filter.ts';
import { EventList } from './event-list.tsx';
import { useShown } from './panel-parts.ts';
import { usePanelWords } from './words.ts';

/** Every event of the chat as it is on the log. */
export function EventsView() {
  const t = usePanelWords();
  const format = useFormat();
  const { screen } = useShown();
  const [filter, setFilter] = useState<EventFilter>(ALL_EVENTS);
  const [chosen, setChosen] = useState<ChatEvent>();
  const [following, setFollowing] = useState(true);
  const wanted = useDeferredValue(filter);
  const [search] = useState(createSearch);
  const events = search.of(screen.events, wanted);
  const [said, setSaid] = useState({ filter: wanted, words: '' });
  const count = t.countOf(format.number(events.length), format.number(screen.events.length));
  // Said once for each filter: what comes in later changes the number, but nobody is to hear of each event.
  if (said.filter !== wanted) setSaid({ filter: wanted, words: t.found(count) });
  return (
    <>
      <Filters filter={filter} onChange={setFilter} />
      <p className="shrink-0 px-4 pb-1.5 text-xs text-faint tabular-nums">{count}</p>
      <p role="status" className="sr-only">
        {said.words}
      </p>
      {events.length === 0 ? (
        <EmptyState title={t.nothingFound}>
          <Button
            onClick={() => {
              setFilter(ALL_EVENTS);
            }}
          >
            {t.clear}
          </Button>
        </EmptyState>
      ) : (
        <div className="relative flex min-h-0 flex-1 flex-col">
          <EventList
            events={events}
            chosen={chosen?.seq}
            following={following}
            onFollow={setFollowing}
            onChoose={(event) => {
              setChosen(event.seq === chosen?.seq ? undefined : event);
            }}
          />
          {following ? null : (
            <Button
              className="absolute bottom-2 left-1/2 -translate-x-1/2 rounded-full shadow-md"
              onClick={() => {
                setFollowing(true);
              }}
            >
              <ArrowDown className="size-4" aria-hidden />
              {t.toEnd}
            </Button>
          )}
        </div>
      )}
      {chosen === undefined ? null : (
        <EventDetail
          event={chosen}
          onClose={() => {
            setChosen(undefined);
          }}
        />
      )}
    </>
  );
}

const FIELD = 'min-h-11 min-w-0 rounded-lg border border-line-strong bg-surface px-2 text-sm md:min-h-8';

function Filters(props: { readonly filter: EventFilter; readonly onChange: (filter: EventFilter) => void }) {
  const t = usePanelWords();
  const nameOf = useAgentName();
  const { screen } = useShown();
  const { filter, onChange } = props;
  const { types, agents } = screen.choices;
  return (
    <div className="grid shrink-0 grid-cols-2 gap-2 px-4 pt-3 pb-2">
      <input
        type="search"
        aria-label={t.searchEvents}
        placeholder={t.searchEvents}
        value={filter.text}
        onChange={({ target }) => {
          onChange({ ...filter, text: target.value });
        }}
        className={`${FIELD} col-span-2`}
      />
      <select
        aria-label={t.type}
        value={filter.type ?? ''}
        onChange={({ target }) => {
          onChange({ ...filter, type: target.value === '' ? undefined : target.value });
        }}
        className={FIELD}
      >
        <option value="">{t.allTypes}</option>
        {types.map(([type, count]) => (
          <option key={type} value={type}>
            {type} ({count})
          </option>
        ))}
      </select>
      <select
        aria-label={t.agent}
        value={filter.agent ?? ''}
        onChange={({ target }) => {
          onChange({ ...filter, agent: target.value === '' ? undefined : target.value });
        }}
        className={FIELD}
      >
        <option value="">{t.allAgents}</option>
        {agents.map((agent) => (
          <option key={agent} value={agent}>
            {nameOf(agent)}
          </option>
        ))}
      </select>
    </div>
  );
}
