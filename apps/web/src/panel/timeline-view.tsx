'use client';

import { clsx } from 'clsx';
import { useRef, useState, type KeyboardEvent } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { styleAt, useAgentName, useAgentPlace } from '../chat/team.tsx';
import { useFormat } from '../ui/format.ts';
import { BAR_LOOKS } from './bar-look.ts';
import { Earlier, Newest } from './newest.tsx';
import { useShown } from './panel-parts.ts';
import { barsOf, newestSpans, RECENT_MS, rangeOf, recentOf, ticksOf, type Bar, type BarLane } from './time-axis.ts';
import { TimelineArrows } from './timeline-arrows.tsx';
import { ROW } from './timeline-rows.ts';
import { useNow } from './use-now.ts';
import { usePanelWords } from './words.ts';

/** So many bars are drawn at first, and so many more each time that earlier ones are asked for. */
const MOST_BARS = 250;

/** What every agent did, on one time axis. */
export function TimelineView() {
  const t = usePanelWords();
  const { run } = useShown();
  const [zoom, setZoom] = useState<'all' | 'recent'>('all');
  const chart = useRef<HTMLDivElement>(null);
  const now = useNow(run.endedAt === undefined);
  const [most, setMost] = useState(MOST_BARS);
  const shown = newestSpans(run, most);
  const { to, ...all } = rangeOf(run, now);
  const whole = { from: Math.max(all.from, shown.from), to };
  const range = zoom === 'all' ? whole : recentOf(whole);
  const lanes = barsOf(shown, range);
  const first = lanes.find(({ bars }) => bars.length > 0)?.bars[0]?.span;
  return (
    <>
      {whole.to - whole.from > RECENT_MS ? (
        <div role="group" aria-label={t.zoom} className="mb-3 inline-flex rounded-lg border border-line-strong p-0.5">
          {(['all', 'recent'] as const).map((of) => (
            <button
              key={of}
              type="button"
              aria-pressed={zoom === of}
              className="min-h-10 rounded-md px-3 text-xs text-soft aria-pressed:bg-hover aria-pressed:text-foreground md:min-h-7"
              onClick={() => {
                setZoom(of);
              }}
            >
              {of === 'all' ? t.zoomAll : t.zoomRecent}
            </button>
          ))}
        </div>
      ) : null}
      <div
        ref={chart}
        role="group"
        aria-label={t.timeline}
        onKeyDown={(event) => {
          walk(event, chart.current);
        }}
      >
        <Ticks range={range} />
        {lanes.map((lane) => (
          <LaneRow key={lane.agent} lane={lane} reachable={first?.agent === lane.agent ? first.key : undefined} />
        ))}
        {first === undefined ? <p className="py-3 text-sm text-faint">{t.noSpans}</p> : null}
        <TimelineArrows lanes={lanes} range={range} />
      </div>
      <Earlier
        hidden={shown.hidden}
        onMore={() => {
          setMost(most + MOST_BARS);
        }}
      />
      <p className="sr-only">{t.timelineKeys}</p>
      <Legend />
      <Handoffs />
    </>
  );
}

/** Arrow keys go from bar to bar; one of them is reached by Tab. */
function walk(event: KeyboardEvent, chart: HTMLElement | null): void {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (step === undefined || chart === null) return;
  const bars = [...chart.querySelectorAll<HTMLElement>('[data-bar]')];
  const next = bars[bars.indexOf(document.activeElement as HTMLElement) + step];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}

function Ticks({ range }: { readonly range: { readonly from: number; readonly to: number } }) {
  const format = useFormat();
  const { run } = useShown();
  return (
    <div aria-hidden className="relative mb-1 h-4 text-[0.6875rem] text-faint tabular-nums">
      {ticksOf(run, range, 5).map(({ at, ms }) => (
        <span
          key={ms}
          className={clsx(
            'absolute whitespace-nowrap',
            at > 0.9 ? '-translate-x-full' : at > 0.05 && '-translate-x-1/2',
          )}
          style={{ left: `${String(at * 100)}%` }}
        >
          {ms === 0 ? '0' : format.span(ms)}
        </span>
      ))}
    </div>
  );
}

function LaneRow({ lane, reachable }: { readonly lane: BarLane; readonly reachable: string | undefined }) {
  const nameOf = useAgentName();
  const { run } = useShown();
  const turns = run.lanes.find(({ agent }) => agent === lane.agent)?.turns ?? 0;
  return (
    <div className="border-t border-line pt-1.5 pb-2" style={styleAt(useAgentPlace(lane.agent))}>
      <div className="flex items-center gap-1.5 text-xs" style={{ height: ROW.head }}>
        {turns > 0 ? <AgentMark agent={lane.agent} small /> : null}
        <span className="truncate font-medium">{nameOf(lane.agent)}</span>
      </div>
      <div className="relative mt-1" style={{ height: lane.rows * ROW.height }}>
        {lane.bars.map((bar) => (
          <BarButton key={`${bar.span.key} ${String(bar.span.seq)}`} bar={bar} reachable={bar.span.key === reachable} />
        ))}
      </div>
    </div>
  );
}

function BarButton({ bar, reachable }: { readonly bar: Bar; readonly reachable: boolean }) {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const { jump } = useShown();
  const { span, left, width, row, ms } = bar;
  const what = span.label === undefined ? t.kinds[span.kind] : `${t.kinds[span.kind]}: ${span.label}`;
  const words = [what, format.span(ms), ...(span.outcome === 'ok' ? [] : [t.outcomes[span.outcome]])].join(', ');
  return (
    <button
      type="button"
      data-bar={span.kind}
      tabIndex={reachable ? 0 : -1}
      aria-label={`${nameOf(span.agent)}: ${words}`}
      title={words}
      onClick={() => {
        jump(span.seq);
      }}
      className={clsx(
        'absolute rounded-sm hover:brightness-95 focus-visible:z-10',
        span.outcome === 'failed' && 'ring-2 ring-bad',
        span.outcome === 'aborted' && 'opacity-60',
      )}
      style={{
        ...BAR_LOOKS[span.kind],
        left: `${String(left * 100)}%`,
        width: `max(4px, ${String(width * 100)}%)`,
        top: row * ROW.height,
        height: ROW.height - 4,
      }}
    />
  );
}

function Legend() {
  const t = usePanelWords();
  return (
    <ul aria-hidden className="mt-3 flex flex-wrap gap-x-4 gap-y-1 text-xs text-soft" style={styleAt(0)}>
      {(['thinking', 'speaking', 'tool', 'waiting'] as const).map((kind) => (
        <li key={kind} className="inline-flex items-center gap-1.5">
          <span className="inline-block h-3 w-5 rounded-sm" style={BAR_LOOKS[kind]} />
          {t.kinds[kind]}
        </li>
      ))}
    </ul>
  );
}

function Handoffs() {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const { run, jump } = useShown();
  if (run.handoffs.length === 0) return null;
  return (
    <section className="mt-5">
      <h3 className="text-xs font-medium text-faint">{t.handoffs}</h3>
      <Newest of={run.handoffs}>
        {({ seq, at, from, to, reason }) => (
          <li key={seq}>
            <button
              type="button"
              className="flex min-h-11 w-full items-baseline gap-3 rounded px-1 py-1 text-left text-sm hover:bg-hover md:min-h-8"
              onClick={() => {
                jump(seq);
              }}
            >
              <span className="min-w-0 flex-1">
                {t.handoff(nameOf(from), nameOf(to))}
                {reason === undefined ? null : <span className="block truncate text-xs text-faint">{reason}</span>}
              </span>
              <time dateTime={at} className="shrink-0 text-xs text-faint tabular-nums">
                {format.span(Date.parse(at) - Date.parse(run.startedAt))}
              </time>
            </button>
          </li>
        )}
      </Newest>
    </section>
  );
}
