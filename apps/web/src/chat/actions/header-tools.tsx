'use client';

import { Ellipsis, Link2, PanelRight, Search } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from '../../ui/icon-button.tsx';
import { useFormat } from '../../ui/format.ts';
import { useScreen } from '../chat-store.ts';
import { useWords } from '../../i18n/words.ts';
import { useHeaderActions } from './use-header-actions.ts';
import { useActionWords } from './words.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

const HeaderMenu = lazyPart(async () => (await import('./header-menu.tsx')).HeaderMenu, { missing: 'toast' });
const CostPopover = lazyPart(async () => (await import('./cost-popover.tsx')).CostPopover, { missing: 'toast' });

/** What can be done with the chat; on a phone all of it is in one menu. */
export function HeaderTools() {
  const t = useActionWords();
  const actions = useHeaderActions();
  const empty = useScreen(({ chat }) => chat.lastSeq === 0);
  if (empty) return null;
  return (
    <div className="flex shrink-0 items-center gap-0.5">
      <Shared onOpen={actions.share} />
      <div className="mr-1.5 max-md:hidden">
        <Cost />
      </div>
      <IconButton
        label={t.search}
        aria-keyshortcuts="Control+Shift+F"
        className="max-md:hidden"
        onClick={actions.search}
      >
        <Search />
      </IconButton>
      <IconButton label={t.panel} className="max-md:hidden" onClick={actions.panel}>
        <PanelRight />
      </IconButton>
      <MenuButton />
    </div>
  );
}

function MenuButton() {
  const t = useActionWords();
  const [wanted, setWanted] = useState(false);
  const button = (
    <IconButton
      label={t.chatMenu}
      aria-haspopup="menu"
      onClick={() => {
        setWanted(true);
      }}
    >
      <Ellipsis />
    </IconButton>
  );
  if (!wanted) return button;
  return (
    <HeaderMenu
      fallback={button}
      onMissing={() => {
        setWanted(false);
      }}
    />
  );
}

const PILL =
  'inline-flex min-h-7 items-center rounded-full border border-line bg-surface px-2.5 py-0.5 text-xs text-soft tabular-nums transition-colors hover:border-line-strong hover:text-foreground';

/** While others can read the chat: it says so, and is the way to the link. */
function Shared({ onOpen }: { readonly onOpen: () => void }) {
  const t = useActionWords();
  const shared = useScreen(({ chat }) => chat.shareId !== null);
  if (!shared) return null;
  return (
    <button
      type="button"
      aria-haspopup="dialog"
      title={t.sharedHint}
      className={`${PILL} mr-1 gap-1.5 max-md:min-h-11 max-md:min-w-11 max-md:justify-center max-md:border-transparent max-md:bg-transparent`}
      onClick={onOpen}
    >
      <Link2 aria-hidden className="size-3.5 max-md:size-[1.125rem]" />
      <span className="max-lg:sr-only">{t.shared}</span>
    </button>
  );
}

/** What it has cost; how that came about is a click away. */
function Cost() {
  const format = useFormat();
  const t = useWords();
  const usage = useScreen((screen) => screen.chat.usage);
  const [wanted, setWanted] = useState(false);
  if (usage.modelCalls === 0) return null;
  const label = t.costOf(format.cost(usage.costMicroUsd), format.count(usage.promptTokens + usage.completionTokens));
  const pill = (
    <button
      type="button"
      aria-haspopup="dialog"
      className={PILL}
      onClick={() => {
        setWanted(true);
      }}
    >
      <span className="sr-only">{t.cost}: </span>
      {label}
    </button>
  );
  if (!wanted) return pill;
  return (
    <CostPopover
      fallback={pill}
      onMissing={() => {
        setWanted(false);
      }}
      trigger={
        <button type="button" className={PILL}>
          <span className="sr-only">{t.cost}: </span>
          {label}
        </button>
      }
    />
  );
}
