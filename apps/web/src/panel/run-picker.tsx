'use client';

import type { RunView, SharedList } from '@colloquy/transcript';
import { clsx } from 'clsx';
import { useState } from 'react';
import { useFormat } from '../ui/format.ts';
import { useNow } from './use-now.ts';
import { usePanelWords } from './words.ts';

/** So many runs can be chosen at first, and so many more each time that older ones are asked for. */
const AT_ONCE = 50;
/** What is chosen to see older ones. */
const OLDER = 'older';

/** The places of the runs that can be chosen: the newest ones, and the one that is shown. */
export function placesOf(count: number, shown: number, most: number): readonly number[] {
  const first = Math.max(0, count - most);
  const newest = Array.from({ length: count - first }, (_, nth) => first + nth);
  return shown < first ? [shown, ...newest] : newest;
}

/** Which run is shown, how it is, and how long it takes. */
export function RunPicker(props: {
  readonly runs: SharedList<RunView>;
  readonly run: RunView;
  /** Its place among them. */
  readonly place: number;
  readonly onPick: (runId: string | undefined) => void;
}) {
  const t = usePanelWords();
  const format = useFormat();
  const { runs, run, place } = props;
  const [most, setMost] = useState(AT_ONCE);
  const labelOf = (of: RunView, index: number): string =>
    [t.runNumber(format.number(index + 1)), format.time(of.startedAt), ...(of.undone ? [t.undone] : [])].join(' · ');
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b border-line px-4 py-2 text-sm">
      {runs.length > 1 ? (
        <select
          aria-label={t.run}
          value={run.runId}
          onChange={({ target }) => {
            if (target.value === OLDER) setMost(most + AT_ONCE);
            else props.onPick(target.value === runs.last?.runId ? undefined : target.value);
          }}
          className="min-h-11 min-w-0 flex-1 rounded-lg border border-line-strong bg-surface px-2 md:min-h-8"
        >
          {runs.length > most ? <option value={OLDER}>{t.olderRuns(format.number(runs.length - most))}</option> : null}
          {placesOf(runs.length, place, most).map((at) => {
            const of = runs.at(at);
            return of === undefined ? null : (
              <option key={of.runId} value={of.runId}>
                {labelOf(of, at)}
              </option>
            );
          })}
        </select>
      ) : (
        <span className="min-w-0 flex-1 truncate text-soft">{labelOf(run, place)}</span>
      )}
      <RunState run={run} />
    </div>
  );
}

const DOTS: Readonly<Record<RunView['status'], string>> = {
  running: 'bg-accent-fill',
  waiting: 'bg-warn',
  completed: 'bg-good',
  failed: 'bg-bad',
  cancelled: 'bg-faint',
};

function RunState({ run }: { readonly run: RunView }) {
  const t = usePanelWords();
  const format = useFormat();
  const now = useNow(run.endedAt === undefined);
  const end = run.endedAt === undefined ? Math.max(now, Date.parse(run.lastAt)) : Date.parse(run.endedAt);
  const ms = Math.max(0, end - Date.parse(run.startedAt));
  return (
    <span className="inline-flex shrink-0 items-center gap-1.5 text-soft tabular-nums">
      <span aria-hidden className={clsx('size-2 rounded-full', DOTS[run.status])} />
      {t.statuses[run.status]}
      <span className="text-faint">{format.span(run.endedAt === undefined ? Math.floor(ms / 1000) * 1000 : ms)}</span>
    </span>
  );
}
