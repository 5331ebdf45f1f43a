/** The graph of a team in a run: what the workflow says and what happened. */
import type { WorkflowCard } from '@colloquy/contracts';
import { openSpansOf, type RunView, type SpanKind } from '@colloquy/transcript';

/** A line of the graph. */
export interface TeamEdge {
  readonly from: string;
  readonly to: string;
  /** `seen`: the workflow does not tell of it, but the turn went that way. */
  readonly kind: 'handoff' | 'after' | 'child' | 'pattern' | 'seen';
  readonly label?: string | undefined;
  /** How often the turn went that way. */
  readonly taken: number;
  /** True of the way that the turn went last. */
  readonly last: boolean;
}

/** A graph to draw. */
export interface TeamGraph {
  readonly nodes: readonly string[];
  readonly first: string | undefined;
  readonly edges: readonly TeamEdge[];
}

/** Above this many lines only those that were taken, or that hand over, are drawn. */
const MOST_EDGES = 48;
/** More agents than this are not drawn; the list has them. */
export const MOST_NODES = 30;

const keyOf = (from: string, to: string): string => `${from}\n${to}`;

/** The graph of a workflow, with what happened in a run where there is one. */
export function teamGraph(card: WorkflowCard | undefined, run?: RunView): TeamGraph {
  const names = namesOf(card, run);
  const edges = edgesOf(card, names);
  for (const { from, to, taken } of waysOf(run, card?.graph !== undefined ? edges : undefined)) {
    const known = edges.get(keyOf(from, to)) ?? { from, to, kind: 'seen' as const, taken: 0, last: false };
    edges.set(keyOf(from, to), { ...known, taken: known.taken + taken });
  }
  const last = lastStep(run, edges);
  const all = [...edges.values()].map((edge) => ({ ...edge, last: last.has(keyOf(edge.from, edge.to)) }));
  const drawn = all.length <= MOST_EDGES ? all : all.filter(({ kind, taken }) => kind !== 'pattern' || taken > 0);
  return { nodes: [...names], first: firstOf(card, run), edges: drawn };
}

function firstOf(card: WorkflowCard | undefined, run: RunView | undefined): string | undefined {
  return card?.graph?.first ?? run?.steps.at(0)?.to ?? card?.agents[0]?.name;
}

/** The agents of the workflow, and who else had the turn. */
function namesOf(card: WorkflowCard | undefined, run: RunView | undefined): ReadonlySet<string> {
  const strangers = (run?.lanes ?? []).filter(({ turns }) => turns > 0).map(({ agent }) => agent);
  return new Set([...(card?.agents ?? []).map(({ name }) => name), ...strangers]);
}

function edgesOf(card: WorkflowCard | undefined, names: ReadonlySet<string>): Map<string, TeamEdge> {
  const edges = new Map<string, TeamEdge>();
  for (const { from, to, kind, label } of card?.graph?.edges ?? []) {
    if (!names.has(from) || !names.has(to) || from === to || edges.has(keyOf(from, to))) continue;
    edges.set(keyOf(from, to), { from, to, kind, label, taken: 0, last: false });
  }
  return edges;
}

/** The ways that the turn went. Where branches were joined, those of them that the workflow tells of. */
function waysOf(
  run: RunView | undefined,
  known: ReadonlyMap<string, TeamEdge> | undefined,
): readonly { readonly from: string; readonly to: string; readonly taken: number }[] {
  return (run?.ways ?? []).flatMap(({ from: froms, to, taken }) => {
    const told = known === undefined ? [] : froms.filter((from) => known.has(keyOf(from, to)));
    return (told.length > 0 ? told : joinedBy(froms))
      .filter((from) => from !== to)
      .map((from) => ({ from, to, taken }));
  });
}

/** Who really spoke last before a step: of several the first is the one that asked the others. */
export function joinedBy(from: readonly string[]): readonly string[] {
  return from.length > 1 ? from.slice(1) : from;
}

/** The ways of the last step, which are among the edges. */
function lastStep(run: RunView | undefined, edges: ReadonlyMap<string, TeamEdge>): ReadonlySet<string> {
  const last = run?.steps.last;
  return new Set((last?.from ?? []).map((from) => keyOf(from, last?.to ?? '')).filter((key) => edges.has(key)));
}

/** What an agent does now, in a run that goes on; undefined when it does nothing. */
export function doingOf(run: RunView | undefined, agent: string): SpanKind | undefined {
  const open = run === undefined ? [] : openSpansOf(run, agent).map(({ kind }) => kind);
  return ORDER.find((kind) => open.includes(kind));
}

/** What says most comes first. */
const ORDER: readonly SpanKind[] = ['waiting', 'speaking', 'tool', 'thinking'];
