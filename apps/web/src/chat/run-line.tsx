'use client';

import type { RunEntry } from '@colloquy/transcript';
import { t } from '../strings.ts';
import { usePersonName } from './use-person-name.ts';

/** Reasons to end that need no words: nobody had more to say. */
const PLAIN_ENDS: ReadonlySet<string> = new Set([
  'no_next_speaker',
  'handoff_terminate',
  'tool_finished',
  'text_matched',
]);

/** How a run ended, or who took it over. That it began shows by itself. */
export function RunLine({ entry }: { readonly entry: RunEntry }) {
  if (entry.parentRunId !== undefined) return <ChildLine entry={entry} />;
  switch (entry.phase) {
    case 'started':
    case 'resumed':
    case 'released':
      return null;
    case 'failed':
      return <FailedRun entry={entry} />;
    case 'cancelled':
      return <CancelledRun entry={entry} />;
    case 'completed':
      return <CompletedRun entry={entry} />;
    case 'taken_over':
      return <Quiet phase={entry.phase}>{t.runTakenOver}</Quiet>;
    case 'model_changed':
      return <Quiet phase={entry.phase}>{t.modelChanged(entry.models?.from, entry.models?.to)}</Quiet>;
  }
}

/** A child run is a part of another one: its beginning and a bad end show, what it left is said by who asked for it. */
function ChildLine({ entry }: { readonly entry: RunEntry }) {
  if (entry.phase === 'started' && entry.branch !== undefined)
    return (
      <p data-entry="run" data-phase="child" className="pl-6 pt-3 text-xs text-faint">
        {t.branchStarted(entry.branch)}
      </p>
    );
  if (entry.phase !== 'failed') return null;
  return <Quiet phase={entry.phase}>{`${t.branchFailed}: ${entry.reason?.text ?? ''}`}</Quiet>;
}

function FailedRun({ entry }: { readonly entry: RunEntry }) {
  return (
    <div data-entry="run" data-phase="failed" className="my-3 rounded-xl bg-bad-wash px-4 py-3 text-sm">
      <p className="font-semibold text-bad">{t.runFailed}</p>
      <p className="mt-0.5">{entry.reason?.text}</p>
      {entry.retryable === true ? <p className="mt-1 text-soft">{t.runRetry}</p> : null}
    </div>
  );
}

function CancelledRun({ entry }: { readonly entry: RunEntry }) {
  const nameOf = usePersonName();
  return (
    <Quiet phase={entry.phase}>{entry.by === undefined ? t.runCancelled : t.runCancelledBy(nameOf(entry.by))}</Quiet>
  );
}

function CompletedRun({ entry }: { readonly entry: RunEntry }) {
  const plain = entry.reason === undefined || PLAIN_ENDS.has(entry.reason.code);
  return (
    <>
      {entry.summary === undefined ? null : <p className="py-2 text-sm text-soft">{entry.summary}</p>}
      <Quiet phase={entry.phase}>{plain ? t.runCompleted : `${t.runCompleted}: ${entry.reason?.text ?? ''}`}</Quiet>
    </>
  );
}

function Quiet({ phase, children }: { readonly phase: RunEntry['phase']; readonly children: string }) {
  return (
    <p data-entry="run" data-phase={phase} className="flex items-center gap-3 py-3 text-xs text-faint">
      <span className="h-px flex-1 bg-line" aria-hidden />
      {children}
      <span className="h-px flex-1 bg-line" aria-hidden />
    </p>
  );
}
