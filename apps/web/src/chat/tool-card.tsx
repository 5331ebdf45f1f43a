'use client';

import type { ToolEntry } from '@colloquy/transcript';
import {
  Check,
  ChevronRight,
  CircleAlert,
  CircleSlash,
  Hand,
  LoaderCircle,
  type LucideIcon,
  Wrench,
} from 'lucide-react';
import { clsx } from 'clsx';
import { useWords, type Words } from '../i18n/words.ts';
import { formatName, useFormat } from '../ui/format.ts';
import { Approval } from './approval.tsx';
import { useRowWords } from './row-words.ts';
import { SpeakerFrame } from './speaker-frame.tsx';
import { useAgentName } from './team.tsx';
import { useOpened } from './use-opened.ts';
import { lazyPart } from '../ui/lazy-part.tsx';

const LOOKS: Readonly<
  Record<ToolEntry['state'], { readonly icon: LucideIcon; readonly ink: string; readonly spin?: true }>
> = {
  arguments: { icon: LoaderCircle, ink: 'text-faint', spin: true },
  requested: { icon: Wrench, ink: 'text-faint' },
  waiting: { icon: Hand, ink: 'text-warn' },
  approved: { icon: Check, ink: 'text-good' },
  declined: { icon: CircleSlash, ink: 'text-bad' },
  running: { icon: LoaderCircle, ink: 'text-accent-ink', spin: true },
  ok: { icon: Check, ink: 'text-good' },
  failed: { icon: CircleAlert, ink: 'text-bad' },
};

/** A call that was opened is rarer than one that was made. */
const ToolDetails = lazyPart(async () => (await import('./tool-details.tsx')).ToolDetails, { missing: 'inset' });

/**
 * A call of a tool: what is asked of it, how it goes, what came of it, and the person's leave where it needs one. Closed
 * while all is well, open where something must be looked at.
 */
export function ToolCard({ entry, joined }: { readonly entry: ToolEntry; readonly joined: boolean }) {
  const t = useWords();
  const words = useRowWords();
  const nameOf = useAgentName();
  const asks = entry.question?.state === 'pending';
  const [open, toggle] = useOpened(entry.key, asks || entry.state === 'failed');
  const name = toolName(entry, t);
  return (
    <SpeakerFrame agent={entry.agent} at={entry.at} joined={joined} label={words.callOf(nameOf(entry.agent), name)}>
      <section
        data-entry="tool"
        data-state={entry.state}
        aria-label={`${t.tool}: ${name}`}
        className={clsx(
          'mb-1 overflow-hidden rounded-xl border bg-surface',
          asks ? 'border-warn-line shadow-sm' : 'border-line',
        )}
      >
        <Summary entry={entry} open={open} onToggle={toggle} />
        {open ? <ToolDetails fallback={<div className="h-12 border-t border-line" />} entry={entry} /> : null}
        {entry.question === undefined ? null : <Approval question={entry.question} tool={entry.tool} />}
      </section>
    </SpeakerFrame>
  );
}

function toolName({ tool }: ToolEntry, t: Words): string {
  return tool === '' ? t.tool : formatName(tool);
}

function Summary(props: { readonly entry: ToolEntry; readonly open: boolean; readonly onToggle: () => void }) {
  const t = useWords();
  const { entry, open } = props;
  const look = LOOKS[entry.state];
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={props.onToggle}
      className="flex min-h-11 w-full items-center gap-2.5 px-3 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px] md:min-h-(--row)"
    >
      <look.icon aria-hidden className={clsx('size-4 shrink-0', look.ink, look.spin === true && 'animate-spin')} />
      <span className="shrink-0 font-medium">{toolName(entry, t)}</span>
      <span className="min-w-0 flex-1 basis-0 truncate text-faint">{open ? '' : briefOf(entry)}</span>
      <span className={clsx('min-w-0 truncate text-xs', look.ink)}>{t.toolStates[entry.state]}</span>
      <Timing entry={entry} />
      <ChevronRight
        className={clsx('size-4 shrink-0 text-faint transition-transform', open && 'rotate-90')}
        aria-hidden
      />
    </button>
  );
}

function Timing({ entry }: { readonly entry: ToolEntry }) {
  const format = useFormat();
  const t = useWords();
  return (
    <span className="shrink-0 text-xs text-faint tabular-nums empty:hidden">
      {entry.attempts > 1 ? `${t.toolAttempts(entry.attempts)} ` : ''}
      {entry.ms === undefined || entry.state === 'declined' ? '' : format.span(entry.ms)}
    </span>
  );
}

/** What the tool said last while it works, else the arguments, in a few words. */
function briefOf({ arguments: value, argumentsText, progress, state }: ToolEntry): string {
  if (state === 'running' && progress !== '') return progress.trimEnd().split('\n').at(-1) ?? '';
  if (value === undefined) return argumentsText.slice(-80);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value)
    .flatMap((part) => (typeof part === 'string' || typeof part === 'number' ? [String(part)] : []))
    .join(' · ')
    .slice(0, 120);
}
