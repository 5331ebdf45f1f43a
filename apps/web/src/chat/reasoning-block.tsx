'use client';

import type { ReasoningEntry } from '@colloquy/transcript';
import { ChevronRight } from 'lucide-react';
import { clsx } from 'clsx';
import { useWords } from '../i18n/words.ts';
import { useFormat } from '../ui/format.ts';
import { SpeakerFrame } from './speaker-frame.tsx';
import { useAgentName } from './team.tsx';
import { useOpened } from './use-opened.ts';

/** What a model thought: closed until somebody wants to read it. */
export function ReasoningBlock({ entry, joined }: { readonly entry: ReasoningEntry; readonly joined: boolean }) {
  const format = useFormat();
  const t = useWords();
  const nameOf = useAgentName();
  const [open, toggle] = useOpened(entry.key, false);
  const live = entry.state === 'streaming';
  return (
    <SpeakerFrame
      agent={entry.agent}
      at={entry.at}
      joined={joined}
      label={`${nameOf(entry.agent)}: ${live ? t.thinkingNow : t.thought}`}
      entry="reasoning"
      state={entry.state}
    >
      <button
        type="button"
        aria-expanded={open}
        onClick={toggle}
        className="-ml-1 inline-flex min-h-8 items-center gap-1 rounded-md pointer-coarse:min-h-11 px-1 text-sm text-faint hover:text-foreground"
      >
        <ChevronRight className={clsx('size-4 transition-transform', open && 'rotate-90')} aria-hidden />
        {live ? t.thinkingNow : t.thought}
        {entry.ms === undefined ? null : <span className="tabular-nums">· {format.span(entry.ms)}</span>}
      </button>
      {open ? (
        <div className="mt-1 border-l-2 border-line pl-3 text-sm whitespace-pre-wrap text-soft">{entry.text}</div>
      ) : null}
    </SpeakerFrame>
  );
}
