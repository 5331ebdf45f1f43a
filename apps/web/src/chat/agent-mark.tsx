'use client';

import { clsx } from 'clsx';
import { useAgentName, useAgentStyle } from './team.tsx';

/** An agent's colour and initial. It never stands alone: the name is beside it. */
export function AgentMark({ agent, small = false }: { readonly agent: string; readonly small?: boolean }) {
  const nameOf = useAgentName();
  return (
    <span
      aria-hidden
      style={useAgentStyle(agent)}
      className={clsx(
        'agent-mark flex shrink-0 items-center justify-center font-semibold select-none',
        small ? 'size-6 rounded-md text-[0.6875rem] ring-2 ring-surface' : 'size-7 rounded-lg text-xs',
      )}
    >
      {nameOf(agent).charAt(0)}
    </span>
  );
}

/** An agent's name in its colour. */
export function AgentName({ agent, className }: { readonly agent: string; readonly className?: string }) {
  const nameOf = useAgentName();
  return (
    <span className={clsx('agent-ink', className)} style={useAgentStyle(agent)}>
      {nameOf(agent)}
    </span>
  );
}
