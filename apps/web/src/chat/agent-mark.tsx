'use client';

import { clsx } from 'clsx';
import { shapeAt, type AgentShape } from './agent-look.ts';
import { styleAt, useAgentName, useAgentPlace } from './team.tsx';

/** Each shape in a box of 28, a pixel off its edge for the line around it. */
const PATHS: Readonly<Record<AgentShape, string>> = {
  circle: 'M14 1a13 13 0 1 0 0 26a13 13 0 1 0 0-26z',
  square: 'M7 2h14a5 5 0 0 1 5 5v14a5 5 0 0 1-5 5H7a5 5 0 0 1-5-5V7a5 5 0 0 1 5-5z',
  diamond:
    'M12.2 1.8a2.5 2.5 0 0 1 3.6 0l10.4 10.4a2.5 2.5 0 0 1 0 3.6L15.8 26.2a2.5 2.5 0 0 1-3.6 0L1.8 15.8a2.5 2.5 0 0 1 0-3.6z',
  hexagon:
    'M12.7 1.4a2.6 2.6 0 0 1 2.6 0l8.9 5.2a2.6 2.6 0 0 1 1.3 2.2v10.4a2.6 2.6 0 0 1-1.3 2.2l-8.9 5.2a2.6 2.6 0 0 1-2.6 0l-8.9-5.2a2.6 2.6 0 0 1-1.3-2.2V8.8a2.6 2.6 0 0 1 1.3-2.2z',
  triangle: 'M11.9 2.9a2.4 2.4 0 0 1 4.2 0l10.4 19.6a2.4 2.4 0 0 1-2.1 3.5H3.6a2.4 2.4 0 0 1-2.1-3.5z',
};

interface AgentMarkProps {
  /** Its name in the workflow. */
  readonly agent: string;
  /** Its place in its team, where no `Team` above knows it; left out where nobody does. */
  readonly place?: number;
  readonly small?: boolean;
}

/** An agent's colour, shape and initial. It never stands alone: the name is beside it. */
export function AgentMark({ agent, place, small = false }: AgentMarkProps) {
  const nameOf = useAgentName();
  const known = useAgentPlace(agent);
  const at = place ?? known;
  const shape = shapeAt(at);
  return (
    <svg
      aria-hidden
      viewBox="0 0 28 28"
      style={styleAt(at)}
      className={clsx('agent-mark shrink-0 select-none', small ? 'size-5' : 'size-7')}
    >
      <path d={PATHS[shape]} />
      <text x="14" y={shape === 'triangle' ? 22 : 18.5} textAnchor="middle" fontSize={shape === 'triangle' ? 11 : 13}>
        {nameOf(agent).charAt(0).toUpperCase()}
      </text>
    </svg>
  );
}

/** An agent's name in its colour. */
export function AgentName({ agent, className }: { readonly agent: string; readonly className?: string }) {
  const nameOf = useAgentName();
  return (
    <span className={clsx('agent-ink', className)} style={styleAt(useAgentPlace(agent))}>
      {nameOf(agent)}
    </span>
  );
}
