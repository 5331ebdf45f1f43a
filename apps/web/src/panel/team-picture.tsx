'use client';

import { clsx } from 'clsx';
import { useId } from 'react';
import { AgentMark } from '../chat/agent-mark.tsx';
import { useAgentName } from '../chat/team.tsx';
import { layOut, NODE, pathBetween } from './graph-layout.ts';
import type { TeamEdge, TeamGraph } from './team-graph.ts';

/** How many letters of a name fit. */
const FITS = 12;

/** A team as a picture: who can speak after whom, and where the turn is. What it says stands as text elsewhere. */
export function TeamPicture(props: {
  readonly graph: TeamGraph;
  readonly label: string;
  /** The agents that are at work. */
  readonly active?: ReadonlySet<string>;
  readonly className?: string;
}) {
  const { graph, active } = props;
  const arrow = useId();
  const layout = layOut(graph);
  const edges = [...graph.edges].sort((a, b) => strengthOf(a) - strengthOf(b));
  return (
    <svg
      role="img"
      aria-label={props.label}
      viewBox={`0 0 ${String(layout.width)} ${String(layout.height)}`}
      style={{ maxWidth: layout.width }}
      className={clsx('mx-auto block h-auto w-full', props.className)}
    >
      <defs>
        {(['plain', 'taken', 'last'] as const).map((look) => (
          <marker
            key={look}
            id={`${arrow}-${look}`}
            viewBox="0 0 8 8"
            refX="5"
            refY="4"
            markerWidth="7"
            markerHeight="7"
            markerUnits="userSpaceOnUse"
            orient="auto-start-reverse"
          >
            <path d="M0.5 0.5L7 4L0.5 7.5z" className={FILLS[look]} />
          </marker>
        ))}
      </defs>
      {edges.map((edge) => {
        const path = pathBetween(layout, edge.from, edge.to);
        if (path === undefined) return null;
        const look = lookOf(edge);
        return (
          <path
            key={`${edge.from} ${edge.to}`}
            d={path}
            fill="none"
            data-edge={`${edge.from} ${edge.to}`}
            data-look={look}
            strokeWidth={look === 'last' ? 2.25 : 1.25}
            strokeDasharray={edge.kind === 'pattern' ? '3 4' : undefined}
            markerEnd={`url(#${arrow}-${look})`}
            className={STROKES[look]}
          />
        );
      })}
      {[...layout.places.values()].map(({ name, x, y }) => (
        <Node key={name} name={name} x={x} y={y} active={active?.has(name) === true} />
      ))}
    </svg>
  );
}

type Look = 'plain' | 'taken' | 'last';
const STROKES: Readonly<Record<Look, string>> = {
  plain: 'stroke-line-strong',
  taken: 'stroke-faint',
  last: 'stroke-accent-fill',
};
const FILLS: Readonly<Record<Look, string>> = {
  plain: 'fill-line-strong',
  taken: 'fill-faint',
  last: 'fill-accent-fill',
};

function lookOf({ last, taken }: TeamEdge): Look {
  if (last) return 'last';
  return taken > 0 ? 'taken' : 'plain';
}

const strengthOf = (edge: TeamEdge): number => ['plain', 'taken', 'last'].indexOf(lookOf(edge));

function Node(props: { readonly name: string; readonly x: number; readonly y: number; readonly active: boolean }) {
  const title = useAgentName()(props.name);
  const shown = title.length > FITS ? `${title.slice(0, FITS - 1)}…` : title;
  return (
    <g
      transform={`translate(${String(props.x - NODE.width / 2)} ${String(props.y - NODE.height / 2)})`}
      data-agent={props.name}
      data-active={props.active}
    >
      <title>{title}</title>
      <rect
        width={NODE.width}
        height={NODE.height}
        rx="10"
        strokeWidth={props.active ? 2 : 1}
        className={props.active ? 'fill-accent-wash stroke-accent-fill' : 'fill-background stroke-line-strong'}
      />
      <svg x="9" y="12" width="20" height="20" viewBox="0 0 20 20">
        <AgentMark agent={props.name} small />
      </svg>
      <text x="36" y={NODE.height / 2 + 4.5} fontSize="12.5" className="fill-foreground">
        {shown}
      </text>
    </g>
  );
}
