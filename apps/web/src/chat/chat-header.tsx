'use client';

import type { ChatView } from '@colloquy/transcript';
import { Menu } from 'lucide-react';
import { t } from '../strings.ts';
import { IconButton } from '../ui/icon-button.tsx';
import { formatCost, formatCount, formatName } from '../ui/format.ts';
import { titleOf } from '../sidebar/chat-list-row.tsx';
import { useScreen } from './chat-store.ts';

/** What the chat is called, who answers in it, and what it has cost. */
export function ChatHeader({ onMenu }: { readonly onMenu: () => void }) {
  const title = useScreen(({ chat }) => titleOf({ title: chat.title, lastText: firstWords(chat) }));
  const workflow = useScreen((screen) => screen.chat.workflow);
  return (
    <header className="flex h-14 shrink-0 items-center gap-1 border-b border-line px-2 md:px-5">
      <IconButton label={t.openMenu} className="md:hidden" onClick={onMenu}>
        <Menu />
      </IconButton>
      <div className="flex min-w-0 flex-1 items-baseline gap-2.5">
        <h1 className="truncate font-semibold tracking-tight">{title}</h1>
        {workflow === '' ? null : (
          <span className="hidden shrink-0 text-sm text-faint sm:inline">{formatName(workflow)}</span>
        )}
      </div>
      <Cost />
    </header>
  );
}

/** What the chat began with, while it has no title. */
function firstWords({ entries }: ChatView): string {
  const first = entries.at(0);
  return first?.kind === 'user' ? first.text : '';
}

function Cost() {
  const usage = useScreen((screen) => screen.chat.usage);
  if (usage.modelCalls === 0) return null;
  const tokens = usage.promptTokens + usage.completionTokens;
  const models = usage.byModel.map(({ model, costMicroUsd }) => `${model}: ${formatCost(costMicroUsd)}`);
  return (
    <span
      className="shrink-0 rounded-full border border-line bg-surface px-2.5 py-0.5 text-xs text-soft tabular-nums"
      title={[t.cost, t.costDetails(usage.modelCalls), ...models].join('\n')}
    >
      <span className="sr-only">{t.cost}: </span>
      {t.costOf(formatCost(usage.costMicroUsd), formatCount(tokens))}
    </span>
  );
}
