'use client';

import { t } from '../strings.ts';
import { AgentMark } from './agent-mark.tsx';
import { useAgentName } from './team.tsx';

/** Somebody is at work, and nothing is to be seen of it yet. */
export function WorkingRow({ agent }: { readonly agent: string | undefined }) {
  const nameOf = useAgentName();
  return (
    <div className="flex items-center gap-3 pt-4 pb-2 text-sm text-faint">
      {agent === undefined ? <span className="size-7" /> : <AgentMark agent={agent} />}
      {t.thinking(agent === undefined ? undefined : nameOf(agent))}
      <span className="dots flex gap-1" aria-hidden>
        {[0, 1, 2].map((dot) => (
          <span key={dot} className="size-1.5 rounded-full bg-current" />
        ))}
      </span>
    </div>
  );
}
