'use client';

import type { RunEntry } from '@colloquy/transcript';
import { CircleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import { useWords } from '../i18n/words.ts';
import { formatName, useFormat } from '../ui/format.ts';
import { TryAgain } from './actions/message-actions.tsx';
import { useBranch } from './branch.tsx';
import { useScreen } from './chat-store.ts';
import { useRowWords } from './row-words.ts';
import { usePersonName } from './use-person-name.ts';

/** Reasons to end that need no words: nobody had more to say. */
const PLAIN_ENDS: ReadonlySet<string> = new Set([
  'no_next_speaker',
  'handoff_terminate',
  'tool_finished',
  'text_matched',
]);

interface RunLineProps {
  readonly entry: RunEntry;
  /** When the run began that ends here, ISO-8601; undefined when that is not known. */
  readonly since?: string | undefined;
}

/** How a run ended, or who took it over. That it began shows by itself. */
export function RunLine({ entry, since }: RunLineProps) {
  const t = useWords();
  if (entry.phase === 'taken_over') return <Quiet phase={entry.phase}>{t.runTakenOver}</Quiet>;
  if (entry.phase === 'model_changed') return <ModelChanged entry={entry} />;
  if (entry.parentRunId !== undefined) return <BranchLine entry={entry} since={since} />;
  switch (entry.phase) {
    case 'started':
    case 'resumed':
    case 'released':
      return null;
    case 'failed':
      return <FailedRun entry={entry} />;
    case 'cancelled':
      return <CancelledRun entry={entry} since={since} />;
    case 'completed':
      return <CompletedRun entry={entry} since={since} />;
  }
}

/** A part of the work begins and ends in a word; what it found is said by who asked for it. */
function BranchLine({ entry, since }: RunLineProps) {
  const [t, words] = [useWords(), useRowWords()];
  const branch = useBranch();
  const name = formatName(entry.branch ?? branch?.name ?? '');
  const took = useSpan(entry, since);
  switch (entry.phase) {
    case 'started':
      return entry.branch === undefined ? null : <Slim phase="child">{t.branchStarted(name)}</Slim>;
    case 'completed':
      return branch === undefined ? null : <Slim phase="child-end">{`${words.branchEnds(name)}${took}`}</Slim>;
    case 'cancelled':
      return branch === undefined ? null : <Slim phase="child-end">{words.branchStopped(name)}</Slim>;
    case 'failed':
      return <Quiet phase={entry.phase}>{`${t.branchFailed}: ${entry.reason?.text ?? ''}`}</Quiet>;
    default:
      return null;
  }
}

/** Which model goes on for which agent, and why. */
function ModelChanged({ entry }: { readonly entry: RunEntry }) {
  const t = useWords();
  const why = entry.reason === undefined ? '' : ` (${entry.reason.text})`;
  return <Quiet phase={entry.phase}>{`${t.modelChanged(entry.models?.from, entry.models?.to)}${why}`}</Quiet>;
}

function FailedRun({ entry }: { readonly entry: RunEntry }) {
  const t = useWords();
  return (
    <div data-entry="run" data-phase="failed" className="my-3 rounded-xl bg-bad-wash px-4 py-3 text-sm">
      <p className="flex items-center gap-2 font-semibold text-bad">
        <CircleAlert className="size-4 shrink-0" aria-hidden />
        {t.runFailed}
      </p>
      <p className="mt-1 wrap-anywhere">{entry.reason?.text}</p>
      {entry.retryable === true ? <p className="mt-1 text-soft">{t.runRetry}</p> : null}
      <div className="mt-3 empty:hidden">
        <TryAgain runId={entry.runId} />
      </div>
    </div>
  );
}

function CancelledRun({ entry, since }: RunLineProps) {
  const t = useWords();
  const nameOf = usePersonName();
  const took = useSpan(entry, since);
  const said = entry.by === undefined ? t.runCancelled : t.runCancelledBy(nameOf(entry.by));
  return <Quiet phase={entry.phase}>{`${said}${took}`}</Quiet>;
}

function CompletedRun({ entry, since }: RunLineProps) {
  const t = useWords();
  const took = useSpan(entry, since);
  const plain = entry.reason === undefined || PLAIN_ENDS.has(entry.reason.code);
  const said = plain ? t.runCompleted : `${t.runCompleted}: ${entry.reason?.text ?? ''}`;
  return (
    <>
      {entry.summary === undefined ? null : <p className="py-2 text-sm text-soft">{entry.summary}</p>}
      <Quiet phase={entry.phase}>
        {`${said}${took}`}
        <RunCost entry={entry} />
      </Quiet>
    </>
  );
}

/** How long a run took, as the end of a sentence; nothing when that is not known. */
function useSpan(entry: RunEntry, since: string | undefined): string {
  const format = useFormat();
  if (since === undefined) return '';
  return ` · ${format.span(Math.max(0, Date.parse(entry.at) - Date.parse(since)))}`;
}

/** What a run cost. Only that of a whole chat is known, so it is said of a chat's only run. */
function RunCost({ entry }: { readonly entry: RunEntry }) {
  const format = useFormat();
  const cost = useScreen(({ chat }) => {
    const first = chat.entries.at(1);
    const only = chat.earlier === 0 && first?.kind === 'run' && first.runId === entry.runId;
    return only && chat.status === 'idle' && chat.lastRun?.runId === entry.runId ? chat.usage.costMicroUsd : 0;
  });
  return cost === 0 ? null : <> · {format.cost(cost)}</>;
}

/** A line of its own that nobody needs to stop at. */
function Slim({ phase, children }: { readonly phase: string; readonly children: string }) {
  return (
    <p data-entry="run" data-phase={phase} className="py-1 text-xs text-faint">
      {children}
    </p>
  );
}

function Quiet({ phase, children }: { readonly phase: RunEntry['phase']; readonly children: ReactNode }) {
  return (
    <div data-entry="run" data-phase={phase} className="flex items-center gap-3 py-(--message) text-xs text-faint">
      <span className="h-px min-w-4 flex-1 bg-line" aria-hidden />
      <p className="max-w-[85%] text-center tabular-nums wrap-anywhere">{children}</p>
      <span className="h-px min-w-4 flex-1 bg-line" aria-hidden />
    </div>
  );
}
