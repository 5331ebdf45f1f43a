'use client';

import { sumUsage, totalUsage, type UsageRow, type UsageSum } from '@colloquy/transcript';
import { clsx } from 'clsx';
import { useState } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { useScreen } from '../chat/chat-store.ts';
import { useAgentName } from '../chat/team.tsx';
import { useFormat } from '../ui/format.ts';
import { Bars, type BarLine } from './bars.tsx';
import { useShown } from './panel-parts.ts';
import { usePanelWords } from './words.ts';

/** What was paid, for whom and for what. The whole of the chat is what the header says. */
export function CostView() {
  const t = usePanelWords();
  const { run, screen } = useShown();
  const [of, setOf] = useState<'run' | 'chat'>('run');
  const rows = of === 'run' ? run.usage : screen.view.usage;
  return (
    <>
      <div className="grid grid-cols-2 gap-2">
        <Total
          label={t.thisRun}
          sum={totalUsage(run.usage)}
          chosen={of === 'run'}
          onChoose={() => {
            setOf('run');
          }}
        />
        <ChatTotal
          chosen={of === 'chat'}
          onChoose={() => {
            setOf('chat');
          }}
        />
      </div>
      <Budget />
      {rows.length === 0 ? <p className="mt-5 text-sm text-faint">{t.nothingUsed}</p> : <Shares rows={rows} />}
      <Notes rows={rows} />
    </>
  );
}

interface TotalProps {
  readonly chosen: boolean;
  readonly onChoose: () => void;
}

/** As the header has it: also what the loaded events do not tell, such as what a copied chat brought along. */
function ChatTotal(props: TotalProps) {
  const t = usePanelWords();
  const usage = useScreen(({ chat }) => chat.usage);
  const { screen } = useShown();
  const { unpricedCalls } = totalUsage(screen.view.usage);
  return <Total label={t.chatTotal} sum={{ ...usage, name: '', unpricedCalls }} {...props} />;
}

function Total({ label, sum, chosen, onChoose }: TotalProps & { readonly label: string; readonly sum: UsageSum }) {
  const t = usePanelWords();
  const format = useFormat();
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={clsx(
        'rounded-xl border p-3 text-left transition-colors hover:bg-hover',
        chosen ? 'border-accent-fill' : 'border-line',
      )}
    >
      <span className="block text-xs text-soft">{label}</span>
      <span className="block text-lg font-semibold tabular-nums">
        {format.cost(sum.costMicroUsd)}
        {sum.unpricedCalls > 0 ? ' +' : ''}
      </span>
      <span className="block text-xs text-faint tabular-nums">
        {t.tokens(format.count(sum.promptTokens + sum.completionTokens))} · {t.calls(sum.modelCalls)}
      </span>
    </button>
  );
}

function Budget() {
  const t = usePanelWords();
  const format = useFormat();
  const { run, card } = useShown();
  const budget = card?.budgetMicroUsd;
  if (budget === undefined || budget === 0) return <p className="mt-3 text-xs text-faint">{t.noBudget}</p>;
  const used = totalUsage(run.usage).costMicroUsd;
  const part = used / budget;
  return (
    <div className="mt-4">
      <div className="flex justify-between gap-3 text-xs">
        <span className="text-soft">{t.budget}</span>
        <span className="tabular-nums">{t.budgetOf(format.cost(used), format.cost(budget), format.percent(part))}</span>
      </div>
      <div
        role="meter"
        aria-label={t.budget}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.min(100, Math.round(part * 100))}
        className="mt-1 h-2 rounded-full bg-hover"
      >
        <div
          className={clsx('h-full rounded-full', part > 0.8 ? 'bg-warn' : 'bg-good')}
          style={{ width: `${String(Math.min(100, part * 100))}%` }}
        />
      </div>
    </div>
  );
}

function Shares({ rows }: { readonly rows: readonly UsageRow[] }) {
  const t = usePanelWords();
  const nameOf = useAgentName();
  const lines = useLines();
  const purposes = t.purposes as Readonly<Record<string, string>>;
  return (
    <>
      <Share title={t.byAgent}>
        <Bars
          lines={lines(sumUsage(rows, 'agent'), (name) => (
            <>
              <AgentMark agent={name} small />
              <span className="truncate">{nameOf(name)}</span>
            </>
          ))}
        />
      </Share>
      <Share title={t.byModel}>
        <Bars lines={lines(sumUsage(rows, 'model'), (name) => name)} />
      </Share>
      <Share title={t.byPurpose}>
        <Bars lines={lines(sumUsage(rows, 'purpose'), (name) => purposes[name] ?? name)} />
      </Share>
    </>
  );
}

function Share({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="mt-6">
      <h3 className="mb-2 text-xs font-medium text-faint">{title}</h3>
      {children}
    </section>
  );
}

/** Lines of a chart by cost; by tokens where nothing has a price. */
function useLines(): (sums: readonly UsageSum[], label: (name: string) => React.ReactNode) => readonly BarLine[] {
  const t = usePanelWords();
  const format = useFormat();
  return (sums, label) => {
    const priced = sums.some(({ costMicroUsd }) => costMicroUsd > 0);
    return sums.map((sum) => {
      const tokens = sum.promptTokens + sum.completionTokens;
      const unknown = sum.unpricedCalls > 0 && sum.costMicroUsd === 0;
      return {
        key: sum.name,
        label: label(sum.name),
        size: priced ? sum.costMicroUsd : tokens,
        value: unknown ? t.noPrice : `${format.cost(sum.costMicroUsd)}${sum.unpricedCalls > 0 ? ' +' : ''}`,
        detail: `${t.tokens(format.count(tokens))} · ${t.calls(sum.modelCalls)}`,
      };
    });
  };
}

function Notes({ rows }: { readonly rows: readonly UsageRow[] }) {
  const t = usePanelWords();
  const unpriced = rows.reduce((sum, { unpricedCalls }) => sum + unpricedCalls, 0);
  const estimated = rows.reduce((sum, { estimatedCalls }) => sum + estimatedCalls, 0);
  return (
    <div className="mt-5 flex flex-col gap-1 text-xs">
      {unpriced > 0 ? <p className="text-warn">{t.unpriced(unpriced)}</p> : null}
      {estimated > 0 ? <p className="text-faint">{t.estimated(estimated)}</p> : null}
    </div>
  );
}
