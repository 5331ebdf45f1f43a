'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { RadioGroup } from 'radix-ui';
import { AgentMark } from '../chat/agent-mark.tsx';
import { t } from '../strings.ts';

/** Who can answer: one card a workflow, with the faces of its team. */
export function WorkflowPicker(props: {
  readonly cards: readonly WorkflowCard[];
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}) {
  return (
    <RadioGroup.Root
      aria-label={t.chooseWorkflow}
      value={props.chosen}
      onValueChange={props.onChoose}
      className="mt-6 grid gap-3 sm:grid-cols-2"
    >
      {props.cards.map((card) => (
        <RadioGroup.Item
          key={card.name}
          value={card.name}
          className="flex flex-col items-start gap-2 rounded-xl border border-line bg-surface p-4 text-left transition-colors hover:border-line-strong data-[state=checked]:border-accent-fill data-[state=checked]:bg-accent-wash"
        >
          <span className="font-semibold">{card.title}</span>
          <span className="text-sm text-soft">{card.description}</span>
          <span className="mt-auto flex items-center gap-2 pt-1 text-xs text-faint">
            <span className="flex -space-x-1.5" aria-hidden>
              {card.agents.slice(0, 5).map(({ name }) => (
                <AgentMark key={name} agent={name} small />
              ))}
            </span>
            {t.agentsCount(card.agents.length)}
          </span>
        </RadioGroup.Item>
      ))}
    </RadioGroup.Root>
  );
}
