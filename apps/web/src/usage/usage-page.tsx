'use client';

import type { UsageReport } from '@colloquy/contracts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { ChartColumn } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { useWorkflows } from '../chat/use-workflows.ts';
import { useWords } from '../i18n/words.ts';
import { Bars, type BarLine } from '../panel/bars.tsx';
import { useClient } from '../shell/client-provider.tsx';
import { goTo } from '../shell/navigate.ts';
import { PlaceFrame } from '../shell/place-frame.tsx';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { ErrorState } from '../ui/error-state.tsx';
import { formatName, useFormat } from '../ui/format.ts';
import { Skeleton } from '../ui/skeleton.tsx';
import { certainty, unpriced, unpricedModels } from './day-bars.ts';
import { DayChart } from './day-chart.tsx';
import { useCost } from './use-cost.ts';
import { useUsageWords } from './words.ts';

const RANGES = { days7: 7, days30: 30, days90: 90, all: undefined } as const;
type Range = keyof typeof RANGES;

/** What was used, and what it cost. */
export function UsagePage({ onMenu }: { readonly onMenu: () => void }) {
  const { places } = useWords();
  const t = useUsageWords();
  const client = useClient();
  const [range, setRange] = useState<Range>('days30');
  const days = RANGES[range];
  const { data, error, refetch } = useQuery({
    queryKey: ['usage', range],
    queryFn: ({ signal }) => {
      if (client === undefined) throw new Error('nobody is signed in');
      return client.api.getUsage(days === undefined ? {} : { days }, { signal });
    },
    enabled: client !== undefined,
    staleTime: 15_000,
    placeholderData: keepPreviousData,
  });
  return (
    <PlaceFrame title={places.usage} onMenu={onMenu} width="wide">
      <Ranges range={range} onChange={setRange} />
      {error === null ? (
        <Content report={data} days={days} />
      ) : (
        <ErrorState title={t.failed} hint={error.message} onRetry={() => void refetch()} />
      )}
    </PlaceFrame>
  );
}

function Ranges({ range, onChange }: { readonly range: Range; readonly onChange: (range: Range) => void }) {
  const t = useUsageWords();
  return (
    <div role="group" aria-label={t.range} className="inline-flex rounded-lg border border-line-strong p-0.5">
      {(Object.keys(RANGES) as Range[]).map((of) => (
        <button
          key={of}
          type="button"
          aria-pressed={range === of}
          className="min-h-11 rounded-md px-3 text-sm text-soft hover:text-foreground aria-pressed:bg-hover aria-pressed:font-medium aria-pressed:text-foreground md:min-h-8"
          onClick={() => {
            onChange(of);
          }}
        >
          {t.ranges[of]}
        </button>
      ))}
    </div>
  );
}

function Content({ report, days }: { readonly report: UsageReport | undefined; readonly days: number | undefined }) {
  const t = useUsageWords();
  if (report === undefined) return <Loading />;
  if (report.totals.modelCalls === 0) {
    return (
      <div className="flex min-h-80">
        <EmptyState icon={ChartColumn} title={t.empty} hint={t.emptyHint}>
          <Button
            onClick={() => {
              goTo();
            }}
          >
            {t.start}
          </Button>
        </EmptyState>
      </div>
    );
  }
  return (
    <>
      <Totals totals={report.totals} />
      <DayChart byDay={report.byDay} days={days} />
      <div className="mt-10 grid gap-10 md:grid-cols-2">
        <Models byModel={report.byModel} />
        <Agents byAgent={report.byAgent} />
      </div>
      <Notes report={report} />
    </>
  );
}

function Loading() {
  const { loading } = useWords();
  return (
    <div role="status" className="mt-6">
      <span className="sr-only">{loading}</span>
      <div className="grid gap-3 sm:grid-cols-3">
        {[1, 2, 3].map((card) => (
          <Skeleton key={card} className="h-24 rounded-xl" />
        ))}
      </div>
      <Skeleton className="mt-10 h-56 rounded-xl" />
    </div>
  );
}

function Totals({ totals }: { readonly totals: UsageReport['totals'] }) {
  const t = useUsageWords();
  const format = useFormat();
  const costOf = useCost();
  const { promptTokens, cachedTokens, completionTokens, costMicroUsd, modelCalls } = totals;
  return (
    <dl className="mt-6 grid gap-3 sm:grid-cols-3">
      <Total
        name={t.spent}
        value={costOf(totals)}
        detail={certainty(totals) === 'known' ? t.perCall(format.cost(costMicroUsd / Math.max(1, modelCalls))) : ''}
      />
      <Total
        name={t.tokens}
        value={format.count(promptTokens + completionTokens)}
        detail={t.inOut(format.count(promptTokens), format.count(completionTokens))}
      />
      <Total
        name={t.calls}
        value={format.number(modelCalls)}
        detail={cachedTokens > 0 ? `${t.tokens}: ${t.cached(format.count(cachedTokens))}` : ''}
      />
    </dl>
  );
}

function Total({ name, value, detail }: { readonly name: string; readonly value: string; readonly detail: string }) {
  return (
    <div className="rounded-xl border border-line bg-surface p-4">
      <dt className="text-sm text-soft">{name}</dt>
      <dd className="mt-1">
        <span className="block text-2xl font-semibold tracking-tight tabular-nums">{value}</span>
        <span className="block min-h-5 text-xs text-faint tabular-nums">{detail}</span>
      </dd>
    </div>
  );
}

type Sum = UsageReport['totals'];

function useLines(): (
  sums: readonly (Sum & { readonly key: string; readonly label: ReactNode })[],
) => readonly BarLine[] {
  const t = useUsageWords();
  const format = useFormat();
  const costOf = useCost();
  return (sums) => {
    const priced = sums.some(({ costMicroUsd }) => costMicroUsd > 0);
    const tokensOf = (sum: Sum): number => sum.promptTokens + sum.completionTokens;
    const sizeOf = (sum: Sum): number => (priced ? sum.costMicroUsd : tokensOf(sum));
    return [...sums]
      .sort((a, b) => sizeOf(b) - sizeOf(a) || tokensOf(b) - tokensOf(a))
      .map((sum) => ({
        key: sum.key,
        label: sum.label,
        size: sizeOf(sum),
        value: costOf(sum),
        detail: `${t.tokensOf(format.count(tokensOf(sum)))} · ${t.callsOf(sum.modelCalls)}`,
      }));
  };
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h2 className="mb-3 text-sm font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Models({ byModel }: { readonly byModel: UsageReport['byModel'] }) {
  const t = useUsageWords();
  const lines = useLines();
  return (
    <Part title={t.byModel}>
      <Bars
        lines={lines(
          byModel.map((of) => ({ ...of, key: of.model, label: <span className="truncate">{of.model}</span> })),
        )}
      />
    </Part>
  );
}

function Agents({ byAgent }: { readonly byAgent: UsageReport['byAgent'] }) {
  const t = useUsageWords();
  const lines = useLines();
  const { data: cards = [] } = useWorkflows();
  /** The agent's card and its place in its team, in the first workflow that has one of that name. */
  const known = (name: string) => {
    const agents = cards.find((card) => card.agents.some((agent) => agent.name === name))?.agents ?? [];
    const place = agents.findIndex((agent) => agent.name === name);
    return { title: agents[place]?.title ?? formatName(name), look: place < 0 ? {} : { place } };
  };
  return (
    <Part title={t.byAgent}>
      <Bars
        lines={lines(
          byAgent.map((of) => ({
            ...of,
            key: of.agent,
            label: (
              <>
                <AgentMark agent={of.agent} {...known(of.agent).look} small />
                <span className="truncate">{known(of.agent).title}</span>
              </>
            ),
          })),
        )}
      />
    </Part>
  );
}

function Notes({ report }: { readonly report: UsageReport }) {
  const t = useUsageWords();
  const calls = unpriced(report.totals);
  return (
    <div className="mt-8 flex max-w-2xl flex-col gap-1 text-xs">
      {calls > 0 ? (
        <p className="text-warn">{t.unknownPrices(calls, unpricedModels(report.byModel).join(', '))}</p>
      ) : null}
      <p className="text-faint">{t.estimate}</p>
    </div>
  );
}
