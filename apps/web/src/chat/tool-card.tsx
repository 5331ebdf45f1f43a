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
import { t } from '../strings.ts';
import { formatName, formatSpan } from '../ui/format.ts';
import { Approval } from './approval.tsx';
import { JsonView } from './json-view.tsx';
import { SpeakerFrame } from './speaker-frame.tsx';
import { useOpened } from './use-opened.ts';

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

/** A call of a tool: what is asked of it, how it goes, what came of it, and the person's leave where it needs one. */
export function ToolCard({ entry, joined }: { readonly entry: ToolEntry; readonly joined: boolean }) {
  const asks = entry.question?.state === 'pending';
  const [open, toggle] = useOpened(entry.key, asks);
  return (
    <SpeakerFrame agent={entry.agent} at={entry.at} joined={joined}>
      <section
        data-entry="tool"
        data-state={entry.state}
        aria-label={`${t.tool}: ${formatName(entry.tool)}`}
        className={clsx(
          'overflow-hidden rounded-xl border bg-surface',
          asks ? 'border-warn-line shadow-sm' : 'border-line',
        )}
      >
        <Summary entry={entry} open={open || asks} onToggle={toggle} />
        {open || asks ? <Details entry={entry} /> : null}
        {!open && entry.state === 'failed' ? <Failure entry={entry} /> : null}
        {entry.question === undefined ? null : <Approval question={entry.question} />}
      </section>
    </SpeakerFrame>
  );
}

function Summary(props: { readonly entry: ToolEntry; readonly open: boolean; readonly onToggle: () => void }) {
  const { entry, open } = props;
  const look = LOOKS[entry.state];
  return (
    <button
      type="button"
      aria-expanded={open}
      onClick={props.onToggle}
      className="flex min-h-11 w-full items-center gap-2.5 px-3 text-left text-sm hover:bg-hover focus-visible:outline-offset-[-2px] md:min-h-10"
    >
      <look.icon aria-hidden className={clsx('size-4 shrink-0', look.ink, look.spin === true && 'animate-spin')} />
      <span className="shrink-0 font-medium">{entry.tool === '' ? t.tool : formatName(entry.tool)}</span>
      <span className="min-w-0 flex-1 truncate text-faint">{open ? '' : briefOf(entry)}</span>
      <span className={clsx('shrink-0 text-xs', look.ink)}>{t.toolStates[entry.state]}</span>
      <Timing entry={entry} />
      <ChevronRight
        className={clsx('size-4 shrink-0 text-faint transition-transform', open && 'rotate-90')}
        aria-hidden
      />
    </button>
  );
}

function Timing({ entry }: { readonly entry: ToolEntry }) {
  return (
    <span className="shrink-0 text-xs text-faint tabular-nums empty:hidden">
      {entry.attempts > 1 ? `${t.toolAttempts(entry.attempts)} ` : ''}
      {entry.ms === undefined || entry.state === 'declined' ? '' : formatSpan(entry.ms)}
    </span>
  );
}

function Details({ entry }: { readonly entry: ToolEntry }) {
  return (
    <dl className="flex flex-col gap-3 border-t border-line px-3 py-3 text-sm">
      {entry.arguments === undefined ? null : (
        <Part title={t.toolArguments}>
          <JsonView value={entry.arguments} />
        </Part>
      )}
      {entry.argumentsText === '' ? null : (
        <Part title={t.toolArguments}>
          <JsonView value={entry.argumentsText} />
        </Part>
      )}
      {entry.progress === '' ? null : (
        <Part title={t.toolProgress}>
          <JsonView value={entry.progress} />
        </Part>
      )}
      {entry.result === undefined ? null : (
        <Part title={t.toolResult}>
          <JsonView value={entry.result} />
        </Part>
      )}
      {entry.error === undefined ? null : (
        <Part title={t.toolError}>
          <p className="text-bad">{entry.error.message}</p>
        </Part>
      )}
      {entry.truncated === true ? <p className="text-faint">{t.cut}</p> : null}
    </dl>
  );
}

function Part({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt className="mb-1 text-xs font-medium text-faint">{title}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Failure({ entry }: { readonly entry: ToolEntry }) {
  return <p className="border-t border-line px-3 py-2 text-sm text-bad">{entry.error?.message}</p>;
}

/** The arguments in a few words. */
function briefOf({ arguments: value, argumentsText }: ToolEntry): string {
  if (value === undefined) return argumentsText.slice(-80);
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.values(value)
    .flatMap((part) => (typeof part === 'string' || typeof part === 'number' ? [String(part)] : []))
    .join(' · ')
    .slice(0, 120);
}
