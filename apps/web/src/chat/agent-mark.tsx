import { clsx } from 'clsx';
import type { CSSProperties } from 'react';
import { formatName } from '../ui/format.ts';
import { hueOf } from './agent-hue.ts';

/** The hue of an agent, for the classes `agent-ink` and `agent-mark`. */
export function agentStyle(agent: string): CSSProperties {
  return { '--agent-hue': String(hueOf(agent)) } as CSSProperties;
}

/** An agent's colour and initial. It never stands alone: the name is beside it. */
export function AgentMark({ agent, small = false }: { readonly agent: string; readonly small?: boolean }) {
  return (
    <span
      aria-hidden
      style={agentStyle(agent)}
      className={clsx(
        'agent-mark flex shrink-0 items-center justify-center font-semibold select-none',
        small ? 'size-6 rounded-md text-[0.6875rem] ring-2 ring-surface' : 'size-7 rounded-lg text-xs',
      )}
    >
      {formatName(agent).charAt(0)}
    </span>
  );
}
