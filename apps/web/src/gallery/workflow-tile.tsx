'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { AgentMark } from '../chat/agent-mark.tsx';
import { Team } from '../chat/team.tsx';
import { goToPath, newChatPath, PATHS } from '../shell/navigate.ts';
import { Button } from '../ui/button.tsx';
import { useFormat } from '../ui/format.ts';
import { Starters } from './starters.tsx';
import { useGalleryWords } from './words.ts';

/** How many starters a tile has; the details have all. */
const STARTERS = 2;

/** One workflow among others. */
export function WorkflowTile({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  const { title, description, agents, name } = card;
  return (
    <Team agents={agents}>
      <li className="flex min-w-0 flex-col rounded-xl border border-line bg-surface p-4">
        <h2 className="font-semibold tracking-tight">{title}</h2>
        <p className="mt-1 text-sm text-soft">{description}</p>
        <div className="mt-3 flex items-center gap-2">
          <span className="flex gap-1">
            {agents.slice(0, 6).map((agent) => (
              <AgentMark key={agent.name} agent={agent.name} small />
            ))}
          </span>
          <span className="min-w-0 truncate text-xs text-faint">
            {agents.length === 1 ? t.team(1) : agents.map((agent) => agent.title).join(', ')}
          </span>
        </div>
        <Facts card={card} />
        <Starters card={card} most={STARTERS} />
        <div className="mt-auto flex gap-2 pt-4">
          <Button
            tone="solid"
            aria-label={t.startWith(title)}
            onClick={() => {
              goToPath(newChatPath(name));
            }}
          >
            {t.start}
          </Button>
          <Button
            aria-label={t.detailsOf(title)}
            onClick={() => {
              goToPath(`${PATHS.workflows}?w=${encodeURIComponent(name)}`);
            }}
          >
            {t.details}
          </Button>
        </div>
      </li>
    </Team>
  );
}

/** What one must know before one begins: its budget, and what is missing. */
function Facts({ card }: { readonly card: WorkflowCard }) {
  const t = useGalleryWords();
  const format = useFormat();
  const missing = (card.keys ?? []).filter(({ present }) => present === false).length;
  if (missing === 0 && card.budgetMicroUsd === undefined) return null;
  return (
    <p className="mt-2 flex flex-wrap gap-x-4 text-xs text-soft">
      {card.budgetMicroUsd === undefined ? null : (
        <span>
          {t.budget}: {format.cost(card.budgetMicroUsd)}
        </span>
      )}
      {missing === 0 ? null : <span className="text-warn">{t.keysMissing(missing)}</span>}
    </p>
  );
}
