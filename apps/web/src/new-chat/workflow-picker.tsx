'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { useId } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { Team } from '../chat/team.tsx';
import { useWords } from '../i18n/words.ts';

/** Who can answer: one card a workflow, with the faces of its team. */
export function WorkflowPicker(props: {
  readonly cards: readonly WorkflowCard[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}) {
  const t = useWords();
  const group = useId();
  return (
    <fieldset className="mt-6 grid gap-3 sm:grid-cols-[repeat(auto-fill,minmax(14rem,1fr))]">
      <legend className="sr-only">{t.chooseWorkflow}</legend>
      {props.cards.map((card) => (
        <label
          key={card.name}
          className="relative flex cursor-pointer flex-col items-start gap-2 rounded-xl border border-line bg-surface p-4 transition-colors hover:border-line-strong has-checked:border-accent-fill has-checked:bg-accent-wash has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-accent-fill"
        >
          <input
            type="radio"
            name={group}
            value={card.name}
            checked={card.name === props.chosen}
            className="absolute size-px opacity-0"
            onChange={() => {
              props.onChoose(card.name);
            }}
          />
          <span className="font-semibold">{card.title}</span>
          <span className="text-sm text-soft">{card.description}</span>
          <span className="mt-auto flex items-center gap-2 pt-1 text-xs text-faint">
            <span className="flex -space-x-1.5" aria-hidden>
              <Team agents={card.agents}>
                {card.agents.slice(0, 5).map(({ name }) => (
                  <AgentMark key={name} agent={name} small />
                ))}
              </Team>
            </span>
            {t.agentsCount(card.agents.length)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
