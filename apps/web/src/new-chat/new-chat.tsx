'use client';

import type { Attachment, WorkflowCard } from '@colloquy/contracts';
import { useQueryClient } from '@tanstack/react-query';
import { Menu } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Composer } from '../chat/composer.tsx';
import { NEW_DRAFT } from '../chat/draft-store.ts';
import { setHold } from '../chat/hold-store.ts';
import { useWorkflows } from '../chat/use-workflows.ts';
import { useClient, useSignIn } from '../shell/client-provider.tsx';
import { goTo, useWishedWorkflow } from '../shell/navigate.ts';
import { putRow } from '../sidebar/use-chats.ts';
import { useWords } from '../i18n/words.ts';
import { Button } from '../ui/button.tsx';
import { IconButton } from '../ui/icon-button.tsx';
import { WorkflowPicker } from './workflow-picker.tsx';

/** An empty chat: who answers, what for example to ask, and where to write. */
export function NewChat({ onMenu }: { readonly onMenu: () => void }) {
  const t = useWords();
  const client = useClient();
  const { me } = useSignIn();
  const workflows = useWorkflows();
  const [chosen, setChosen] = useState(useWishedWorkflow());
  const start = useStartChat();
  // Who comes back may find another team chosen: what was held then is sent by hand.
  useEffect(
    () => () => {
      setHold(NEW_DRAFT, undefined);
    },
    [],
  );
  const cards = workflows.data ?? [];
  const card = cards.find(({ name }) => name === chosen) ?? cards[0];
  return (
    <>
      <div className="flex h-14 shrink-0 items-center px-2 md:hidden">
        <IconButton label={t.openMenu} onClick={onMenu}>
          <Menu />
        </IconButton>
      </div>
      <div className="thin-scroll flex min-h-0 flex-1 flex-col overflow-y-auto">
        <div className="mx-auto my-auto w-full max-w-3xl px-4 py-6">
          <h1 className="text-2xl font-semibold tracking-tight md:text-3xl">{t.greeting}</h1>
          <p className="mt-1.5 text-soft">{t.greetingHint}</p>
          {me?.demoModel === true ? <p className="mt-3 text-sm text-warn">{t.demoModel}</p> : null}
          {workflows.isError ? (
            <div role="alert" className="mt-6 flex items-center gap-3 text-bad">
              {t.workflowsFailed}
              <Button onClick={() => void workflows.refetch()}>{t.tryAgain}</Button>
            </div>
          ) : null}
          {workflows.data?.length === 0 ? <p className="mt-6 text-soft">{t.noWorkflows}</p> : null}
          {card === undefined ? null : (
            <>
              <WorkflowPicker cards={cards} chosen={card.name} onChoose={setChosen} />
              <Starters
                card={card}
                onStart={(text) => {
                  start(card.name, text);
                }}
              />
            </>
          )}
        </div>
      </div>
      <div className="mx-auto w-full max-w-3xl px-4 pt-2 pb-[max(1rem,env(safe-area-inset-bottom))]">
        <Composer
          draftKey={NEW_DRAFT}
          placeholder={t.composerNew}
          disabled={client === undefined || card === undefined}
          onSend={(text, attachments) => {
            if (card !== undefined) start(card.name, text, attachments);
          }}
        />
      </div>
    </>
  );
}

function Starters({ card, onStart }: { readonly card: WorkflowCard; readonly onStart: (text: string) => void }) {
  const t = useWords();
  if (card.starters.length === 0) return null;
  return (
    <section className="mt-6">
      <h2 className="text-sm font-medium text-faint">{t.starters}</h2>
      <ul className="mt-2 flex flex-col gap-2">
        {card.starters.slice(0, 4).map((starter) => (
          <li key={starter}>
            <button
              type="button"
              className="min-h-11 w-full rounded-xl border border-line bg-surface px-4 py-2.5 text-left text-soft transition-colors hover:border-line-strong hover:text-foreground"
              onClick={() => {
                onStart(starter);
              }}
            >
              {starter}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Starts a chat and goes there at once: its id is known, and its first message waits in the outbox. */
function useStartChat(): (workflow: string, text: string, attachments?: readonly Attachment[]) => void {
  const client = useClient();
  const queries = useQueryClient();
  return (workflow, text, attachments = []) => {
    if (client === undefined) return;
    const { chatId } = client.startChat({ workflow, text, ...(attachments.length === 0 ? {} : { attachments }) });
    putRow(queries, {
      chatId,
      title: '',
      workflow,
      status: 'running',
      pinned: false,
      pendingRequests: 0,
      lastText: text,
      costMicroUsd: 0,
      updatedAt: new Date().toISOString(),
      lastSeq: 0,
    });
    goTo(chatId);
  };
}
