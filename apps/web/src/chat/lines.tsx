'use client';

import type { EntryList, GuardrailEntry, HandoffEntry, RejectedEntry } from '@colloquy/transcript';
import { ArrowRight, CircleAlert, ShieldAlert } from 'lucide-react';
import { useWords } from '../i18n/words.ts';
import { useFormat } from '../ui/format.ts';
import { AgentMark, AgentName } from './agent-mark.tsx';
import { useChatStore, useScreen } from './chat-store.ts';
import { useRowWords } from './row-words.ts';
import { useAgentName } from './team.tsx';

/** One agent hands over to another; who wants to know what that one said goes there from here. */
export function HandoffLine({ entry }: { readonly entry: HandoffEntry }) {
  const t = useWords();
  const words = useRowWords();
  const store = useChatStore();
  const nameOf = useAgentName();
  const [from, to] = [nameOf(entry.from), nameOf(entry.to)];
  const go = (): void => {
    const first = firstAfter(store.screen.getState().chat.entries, entry);
    if (first === undefined) store.transcript.scrollToEnd();
    else void store.transcript.scrollTo(first, { flash: true, focus: true });
  };
  return (
    <div data-entry="handoff" className="flex items-center gap-3 py-1">
      <span className="h-px min-w-4 flex-1 bg-line" aria-hidden />
      <p className="flex max-w-[85%] min-w-0 flex-wrap items-center justify-center gap-x-2 gap-y-0.5 text-sm text-soft">
        <span className="sr-only">{t.handoff(from, to)}</span>
        <span aria-hidden className="flex items-center gap-2">
          <Marked agent={entry.from} />
          <ArrowRight className="size-3.5 shrink-0 text-faint" />
        </span>
        <button
          type="button"
          title={words.goTo(to)}
          aria-label={words.goTo(to)}
          onClick={go}
          className="-mx-1 inline-flex min-h-7 items-center rounded-md px-1 underline-offset-4 hover:underline pointer-coarse:min-h-11"
        >
          <Marked agent={entry.to} />
        </button>
        {entry.reason === undefined ? null : (
          <span className="min-w-0 text-center wrap-anywhere text-faint">{entry.reason}</span>
        )}
      </p>
      <span className="h-px min-w-4 flex-1 bg-line" aria-hidden />
    </div>
  );
}

/** The first thing that the agent said or did that was handed over to; of a part of the work, what anybody did. */
function firstAfter(entries: EntryList, { key, to, from }: HandoffEntry): string | undefined {
  let index = entries.length - 1;
  while (index >= 0 && entries.at(index)?.key !== key) index--;
  let other: string | undefined;
  for (index++; index < entries.length; index++) {
    const entry = entries.at(index);
    if (entry === undefined || !('agent' in entry)) continue;
    if (entry.agent === to) return entry.key;
    if (entry.agent !== from) other ??= entry.key;
  }
  return other;
}

function Marked({ agent }: { readonly agent: string }) {
  return (
    <span className="flex min-w-0 items-center gap-1.5">
      <AgentMark agent={agent} small />
      <AgentName agent={agent} className="font-medium" />
    </span>
  );
}

/** A guardrail stepped in; with what it says of it. */
export function GuardrailLine({ entry }: { readonly entry: GuardrailEntry }) {
  const t = useWords();
  return (
    <div data-entry="guardrail" className="flex flex-col items-center gap-1 py-2 text-sm text-warn">
      <p className="flex items-center justify-center gap-2">
        <ShieldAlert className="size-4 shrink-0" aria-hidden />
        {t.guardrail(entry.name, entry.action)}
      </p>
      {entry.message === undefined ? null : (
        <p className="max-w-[85%] text-center text-xs break-words text-soft">{entry.message}</p>
      )}
    </div>
  );
}

/** A command was refused. That there was nothing left to stop is no news, and words that were refused stand below. */
export function RejectedLine({ entry }: { readonly entry: RejectedEntry }) {
  const t = useWords();
  const told = useScreen(({ refused }) => refused?.has(entry.commandId) === true);
  if (told || entry.code === 'nothing_to_cancel') return null;
  return (
    <p data-entry="rejected" className="flex items-center justify-center gap-2 py-2 text-sm text-bad">
      <CircleAlert className="size-4 shrink-0" aria-hidden />
      {t.rejected}: {entry.message}
    </p>
  );
}

/** Another day begins. */
export function DayLine({ at }: { readonly at: string }) {
  const format = useFormat();
  return (
    <p data-line="day" className="flex items-center gap-3 pt-5 pb-1 text-xs font-medium text-faint">
      <span className="h-px flex-1 bg-line" aria-hidden />
      <time dateTime={at}>{format.day(at)}</time>
      <span className="h-px flex-1 bg-line" aria-hidden />
    </p>
  );
}

/** From here on it is new to the person. */
export function UnreadLine() {
  const words = useRowWords();
  return (
    <p data-line="unread" className="flex items-center gap-3 pt-4 pb-1 text-xs font-medium text-accent-ink">
      <span className="h-px flex-1 bg-accent-ink/40" aria-hidden />
      {words.unreadLine}
      <span className="h-px flex-1 bg-accent-ink/40" aria-hidden />
    </p>
  );
}
