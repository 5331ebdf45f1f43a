'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { Check, CircleAlert, KeyRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { Team } from '../chat/team.tsx';
import { teamGraph, MOST_NODES } from '../panel/team-graph.ts';
import { TeamPicture } from '../panel/team-picture.tsx';
import { goToPath, newChatPath } from '../shell/navigate.ts';
import { Button } from '../ui/button.tsx';
import { formatName, useFormat } from '../ui/format.ts';
import { Starters } from './starters.tsx';
import { useGalleryWords } from './words.ts';

/** One workflow closely: its team, its graph, what it needs. */
export function WorkflowDetail({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  return (
    <Team agents={card.agents}>
      <p className="mt-2 max-w-2xl text-soft">{card.description}</p>
      <Button
        tone="solid"
        className="mt-4"
        aria-label={t.startWith(card.title)}
        onClick={() => {
          goToPath(newChatPath(card.name));
        }}
      >
        {t.start}
      </Button>
      <div className="mt-6 grid gap-8 md:grid-cols-2">
        <div className="min-w-0">
          <Part title={t.agents}>
            <Agents card={card} />
          </Part>
          <Starters card={card} />
        </div>
        <div className="min-w-0">
          <Graph card={card} />
          <Needs card={card} />
        </div>
      </div>
    </Team>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className="mb-8">
      <h2 className="mb-2 text-sm font-medium">{title}</h2>
      {children}
    </section>
  );
}

function Agents({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  return (
    <ul className="flex flex-col">
      {card.agents.map(({ name, title, description, model, tools = [] }) => (
        <li key={name} className="flex gap-3 border-t border-line py-3 first:border-t-0">
          <AgentMark agent={name} />
          <div className="min-w-0">
            <p className="text-sm font-medium">{title}</p>
            <p className="text-sm text-soft">{description}</p>
            <p className="mt-0.5 text-xs text-faint">
              {t.model}: {model ?? t.defaultModel}
              {tools.length === 0 ? null : ` · ${t.tools}: ${tools.map(formatName).join(', ')}`}
            </p>
          </div>
        </li>
      ))}
    </ul>
  );
}

function Graph({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  const graph = teamGraph(card);
  if (card.graph === undefined || graph.nodes.length < 2 || graph.nodes.length > MOST_NODES) return null;
  const titleOf = (name: string): string => card.agents.find((agent) => agent.name === name)?.title ?? formatName(name);
  const ways = graph.edges.map(({ from, to }) => t.way(titleOf(from), titleOf(to))).join('; ');
  const patterns = t.patterns as Readonly<Record<string, string>>;
  return (
    <Part title={t.graph}>
      <div className="rounded-xl border border-line bg-surface p-4">
        <TeamPicture graph={graph} label={t.graphOf(card.title, ways === '' ? t.noWays : ways)} />
      </div>
      <p className="mt-2 text-xs text-faint">
        {t.pattern}: {patterns[card.graph.pattern] ?? formatName(card.graph.pattern)}
      </p>
    </Part>
  );
}

function Needs({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  const format = useFormat();
  const keys = card.keys ?? [];
  return (
    <>
      <p className="mb-4 text-sm">
        <span className="text-soft">{t.budget}: </span>
        {card.budgetMicroUsd === undefined ? t.noBudget : format.cost(card.budgetMicroUsd)}
      </p>
      {keys.length === 0 ? null : (
        <Part title={t.keys}>
          <ul className="flex flex-col gap-1 text-sm">
            {keys.map(({ name, present }) => (
              <li key={name} className="flex items-center gap-2">
                <KeyState present={present} />
                <code className="min-w-0 wrap-anywhere">{name}</code>
                <span className={present === false ? 'text-xs text-warn' : 'text-xs text-faint'}>
                  {present === undefined ? t.keyUnknown : present ? t.keyThere : t.keyMissing}
                </span>
              </li>
            ))}
          </ul>
          <p className="mt-2 text-xs text-faint">{t.keysHint}</p>
        </Part>
      )}
    </>
  );
}

function KeyState({ present }: { readonly present: boolean | undefined }) {
  if (present === undefined) return <KeyRound aria-hidden className="size-4 text-faint" />;
  if (present) return <Check aria-hidden className="size-4 text-good" />;
  return <CircleAlert aria-hidden className="size-4 text-warn" />;
}
