'use client';

import type { WorkflowCard } from '@colloquy/contracts';
import { createContext, use, type CSSProperties, type ReactNode } from 'react';
import { formatName } from '../ui/format.ts';
import { hueAt, placeOfName } from './agent-look.ts';
import { useWorkflows } from './use-workflows.ts';

type Agents = WorkflowCard['agents'];

const TeamContext = createContext<Agents>([]);

/** Makes a team's names and colours known below. */
export function Team({ agents, children }: { readonly agents: Agents; readonly children: ReactNode }) {
  return <TeamContext value={agents}>{children}</TeamContext>;
}

/** Makes the team of a workflow known below, when the workflow is still installed. */
export function TeamOf({ workflow, children }: { readonly workflow: string; readonly children: ReactNode }) {
  const { data } = useWorkflows();
  return <Team agents={data?.find(({ name }) => name === workflow)?.agents ?? NOBODY}>{children}</Team>;
}

const NOBODY: Agents = [];

/** Names of agents as people read them. */
export function useAgentName(): (agent: string) => string {
  const agents = use(TeamContext);
  return (agent) => agents.find(({ name }) => name === agent)?.title ?? formatName(agent);
}

/** The place of an agent in its team, from which its colour and its shape follow; of a stranger, by its name. */
export function useAgentPlace(agent: string): number {
  const place = use(TeamContext).findIndex(({ name }) => name === agent);
  return place < 0 ? placeOfName(agent) : place;
}

/** The colour of the agent at a place, for the classes `agent-ink`, `agent-mark` and `agent-rule`. */
export function styleAt(place: number): CSSProperties {
  return { '--agent-hue': String(hueAt(place)) } as CSSProperties;
}
