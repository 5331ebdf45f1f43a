'use client';

import { openSpansOf, sumUsage, type Incident, type Lane, type UsageSum } from '@colloquy/transcript';
import { clsx } from 'clsx';
import { AgentMark } from '../chat/agent-mark.tsx';
import { useAgentName } from '../chat/team.tsx';
import { useFormat } from '../ui/format.ts';
import { useShown } from './panel-parts.ts';
import { doingOf, MOST_NODES, teamGraph } from './team-graph.ts';
import { TeamPicture } from './team-picture.tsx';
import { usePanelWords } from './words.ts';

/** Who is in the team, what each does now, and which way the turn went. */
export function AgentsView() {
  const t = usePanelWords();
  const format = useFormat();
  const { run, card } = useShown();
  const graph = teamGraph(card, run);
  const usage = sumUsage(run.usage, 'agent');
  const active = new Set(graph.nodes.filter((name) => doingOf(run, name) !== undefined));
  return (
    <>
      {graph.nodes.length > MOST_NODES ? (
        <p className="text-sm text-faint">{t.tooMany}</p>
      ) : (
        <TeamPicture
          graph={graph}
          active={active}
          label={t.graphOf(format.number(graph.nodes.length), format.number(graph.edges.length))}
        />
      )}
      <ul aria-label={t.agentList} className="mt-5 flex flex-col">
        {graph.nodes.map((name) => (
          <Agent
            key={name}
            name={name}
            lane={run.lanes.find(({ agent }) => agent === name)}
            used={usage.find((sum) => sum.name === name)}
            next={graph.edges.filter(({ from }) => from === name).map(({ to }) => to)}
          />
        ))}
      </ul>
      <Branches />
      <Incidents />
    </>
  );
}

interface AgentProps {
  readonly name: string;
  readonly lane: Lane | undefined;
  readonly used: UsageSum | undefined;
  readonly next: readonly string[];
}

function Agent({ name, lane, used, next }: AgentProps) {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const { jump } = useShown();
  const turns = lane?.turns ?? 0;
  const last = lane?.spans.last;
  const numbers = [
    ...(turns > 0 ? [t.turns(turns)] : []),
    ...(used === undefined ? [] : [t.tokens(format.count(used.promptTokens + used.completionTokens))]),
    ...(used === undefined ? [] : [costText(used, (microUsd) => format.cost(microUsd), t.noPrice)]),
  ];
  return (
    <li className="flex items-start gap-3 border-t border-line py-2.5 first:border-t-0">
      <AgentMark agent={name} />
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2">
          <span className="min-w-0 truncate text-sm font-medium">{nameOf(name)}</span>
          <Doing name={name} turns={turns} />
        </div>
        {numbers.length === 0 ? null : <p className="text-xs text-soft tabular-nums">{numbers.join(' · ')}</p>}
        {next.length === 0 ? null : (
          <p className="truncate text-xs text-faint">{t.nextOf(next.map(nameOf).join(', '))}</p>
        )}
      </div>
      {last === undefined ? null : (
        <button
          type="button"
          aria-label={`${t.jump}: ${nameOf(name)}`}
          className="min-h-11 shrink-0 rounded px-1 text-xs text-accent-ink underline-offset-2 hover:underline md:min-h-7"
          onClick={() => {
            jump(last.seq);
          }}
        >
          {t.jump}
        </button>
      )}
    </li>
  );
}

function Doing({ name, turns }: { readonly name: string; readonly turns: number }) {
  const t = usePanelWords();
  const { run } = useShown();
  const doing = doingOf(run, name);
  const tool = openSpansOf(run, name).findLast(({ kind }) => kind === 'tool')?.label;
  if (doing === undefined)
    return <span className="shrink-0 text-xs text-faint">{turns > 0 ? t.resting : t.notYet}</span>;
  return (
    <span
      className={clsx('min-w-0 truncate text-xs font-medium', doing === 'waiting' ? 'text-warn' : 'text-accent-ink')}
    >
      {doing === 'tool' && tool !== undefined ? t.doingTool(tool) : t.doing[doing]}
    </span>
  );
}

function costText(used: UsageSum, cost: (microUsd: number) => string, noPrice: string): string {
  if (used.unpricedCalls === 0) return cost(used.costMicroUsd);
  return used.costMicroUsd === 0 ? noPrice : `${cost(used.costMicroUsd)} + ${noPrice}`;
}

function Branches() {
  const t = usePanelWords();
  const format = useFormat();
  const { run } = useShown();
  if (run.branches.length === 0) return null;
  return (
    <section className="mt-5">
      <h3 className="text-xs font-medium text-faint">{t.branches}</h3>
      <ul className="mt-1 text-sm">
        {run.branches.map(({ runId, child, branch, status, startedAt, endedAt }) => (
          <li key={runId} className="flex items-baseline justify-between gap-3 py-1">
            <span className="min-w-0 truncate">{[child, branch].filter(Boolean).join(' › ')}</span>
            <span className="shrink-0 text-xs text-soft tabular-nums">
              {t.statuses[status]}
              {endedAt === undefined ? '' : ` · ${format.span(Date.parse(endedAt) - Date.parse(startedAt))}`}
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Incidents() {
  const t = usePanelWords();
  const format = useFormat();
  const nameOf = useAgentName();
  const { run } = useShown();
  if (run.incidents.length === 0) return null;
  const textOf = ({ kind, agent, text }: Incident): string => {
    const who = text !== undefined && kind === 'retried' ? text : nameOf(agent ?? '');
    if (kind === 'model_changed') return t.incident.model(who, text ?? '');
    return kind === 'retried' ? t.incident.retried(who) : t.incident[kind];
  };
  return (
    <section className="mt-5">
      <h3 className="text-xs font-medium text-faint">{t.incidents}</h3>
      <ul className="mt-1 text-sm">
        {run.incidents.map((incident) => (
          <li key={incident.seq} className="flex items-baseline justify-between gap-3 py-1">
            <span className="min-w-0">{textOf(incident)}</span>
            <time dateTime={incident.at} className="shrink-0 text-xs text-faint">
              {format.time(incident.at)}
            </time>
          </li>
        ))}
      </ul>
    </section>
  );
}
