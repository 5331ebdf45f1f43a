'use client';

import type { UsageReport } from '@colloquy/contracts';
import { useState } from 'react';
import { useFormat } from '../ui/format.ts';
import { daysOf, heightOf, type UsageDay } from './day-bars.ts';
import { useCost } from './use-cost.ts';
import { useUsageWords } from './words.ts';

const HEIGHT = 160;

/** Cost per day as bars; the same as a table for who asks. */
export function DayChart(props: { readonly byDay: UsageReport['byDay']; readonly days: number | undefined }) {
  const t = useUsageWords();
  const format = useFormat();
  const [shown, setShown] = useState<UsageDay>();
  const days = daysOf(props.byDay, props.days, new Date().toISOString().slice(0, 10));
  const priced = days.some(({ costMicroUsd }) => costMicroUsd > 0);
  const valueOf = (day: UsageDay): string =>
    priced ? format.cost(day.costMicroUsd) : t.tokensOf(format.count(heightOf(day, false)));
  const most = days.reduce(
    (best, day) => (heightOf(day, priced) > heightOf(best, priced) ? day : best),
    days[0] ?? EMPTY,
  );
  const top = Math.max(1, heightOf(most, priced));
  return (
    <section className="mt-10">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4">
        <h2 className="text-sm font-medium">{priced ? t.perDay : t.tokensPerDay}</h2>
        <p aria-hidden className="text-sm text-soft tabular-nums">
          {t.dayLabel(format.date((shown ?? most).day), valueOf(shown ?? most))}
        </p>
      </div>
      {priced ? null : <p className="text-xs text-faint">{t.perDayNote}</p>}
      <div
        role="img"
        aria-label={t.chartLabel(format.number(days.length), t.dayLabel(format.date(most.day), valueOf(most)))}
        className="mt-3 flex items-stretch border-b border-line-strong"
        style={{ height: HEIGHT }}
        onPointerLeave={() => {
          setShown(undefined);
        }}
      >
        {days.map((day) => (
          <div
            key={day.day}
            className="flex min-w-0 flex-1 flex-col justify-end px-px hover:bg-hover"
            onPointerEnter={() => {
              setShown(day);
            }}
          >
            <div
              className="mx-auto w-full max-w-10 rounded-t bg-accent-fill"
              style={{ height: barHeight(heightOf(day, priced), top) }}
            />
          </div>
        ))}
      </div>
      <div aria-hidden className="mt-1 flex justify-between text-xs text-faint tabular-nums">
        <span>{format.date(days[0]?.day ?? '')}</span>
        <span>{format.date(days.at(-1)?.day ?? '')}</span>
      </div>
      <DayTable days={days.filter(({ modelCalls }) => modelCalls > 0)} />
    </section>
  );
}

const EMPTY: UsageDay = {
  day: '1970-01-01',
  promptTokens: 0,
  cachedTokens: 0,
  completionTokens: 0,
  costMicroUsd: 0,
  modelCalls: 0,
};

function barHeight(value: number, top: number): number {
  return value === 0 ? 0 : Math.max(3, Math.round((value / top) * (HEIGHT - 12)));
}

function DayTable({ days }: { readonly days: readonly UsageDay[] }) {
  const t = useUsageWords();
  const costOf = useCost();
  const format = useFormat();
  return (
    <details className="mt-3 text-sm">
      <summary className="inline-flex min-h-11 items-center text-soft md:min-h-8">{t.asTable}</summary>
      <div className="thin-scroll mt-1 overflow-x-auto">
        <table className="w-full text-left tabular-nums [&_td]:border-t [&_td]:border-line [&_td]:py-1.5 [&_td]:pr-4 [&_th]:py-1.5 [&_th]:pr-4 [&_th]:font-normal [&_th]:text-faint">
          <thead>
            <tr>
              {[t.day, t.cost, t.tokens, t.calls].map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {days.map((day) => (
              <tr key={day.day}>
                <td>{format.date(day.day)}</td>
                <td>{costOf(day)}</td>
                <td>{format.number(day.promptTokens + day.completionTokens)}</td>
                <td>{format.number(day.modelCalls)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
