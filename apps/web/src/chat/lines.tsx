'use client';

import type { GuardrailEntry, HandoffEntry, RejectedEntry } from '@colloquy/transcript';
import { ArrowRight, CircleAlert, ShieldAlert } from 'lucide-react';
import { t } from '../strings.ts';
import { AgentMark, AgentName } from './agent-mark.tsx';
import { useAgentName } from './team.tsx';

/** One agent hands over to another. */
export function HandoffLine({ entry }: { readonly entry: HandoffEntry }) {
  const nameOf = useAgentName();
  const [from, to] = [nameOf(entry.from), nameOf(entry.to)];
  return (
    <div data-entry="handoff" className="flex items-center gap-3 py-3">
      <span className="h-px flex-1 bg-line" aria-hidden />
      <p className="flex max-w-[85%] min-w-0 flex-wrap items-center justify-center gap-x-2 gap-y-1 text-sm text-soft">
        <span className="sr-only">{t.handoff(from, to)}</span>
        <span aria-hidden className="flex items-center gap-2">
          <Marked agent={entry.from} />
          <ArrowRight className="size-3.5 text-faint" />
          <Marked agent={entry.to} />
        </span>
        {entry.reason === undefined ? null : <span className="text-faint">{entry.reason}</span>}
      </p>
      <span className="h-px flex-1 bg-line" aria-hidden />
    </div>
  );
}

function Marked({ agent }: { readonly agent: string }) {
  return (
    <span className="flex items-center gap-1.5">
      <AgentMark agent={agent} small />
      <AgentName agent={agent} className="font-medium" />
    </span>
  );
}

/** A guardrail stepped in; with what it says of it. */
export function GuardrailLine({ entry }: { readonly entry: GuardrailEntry }) {
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

/** A command was refused. That there was nothing left to stop is no news. */
export function RejectedLine({ entry }: { readonly entry: RejectedEntry }) {
  if (entry.code === 'nothing_to_cancel') return null;
  return (
    <p className="flex items-center justify-center gap-2 py-2 text-sm text-bad">
      <CircleAlert className="size-4 shrink-0" aria-hidden />
      {t.rejected}: {entry.message}
    </p>
  );
}
