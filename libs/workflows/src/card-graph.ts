import type { WorkflowDefinition, WorkflowGraph } from '@colloquy/contracts';
import { graphOf, type GraphEdge } from './graph-of.ts';

type CardEdge = WorkflowGraph['edges'][number];

/** Longest label of a line, in UTF-16 code units: descriptions of handoffs are written for models. */
const LABEL_LENGTH = 120;

/**
 * The graph of a definition as who picks a workflow sees it: agents, the person and the end only. What lies between them in
 * `graphOf` (a choice, child runs, a tool that decides) becomes the kind of the line.
 */
export function cardGraph(definition: WorkflowDefinition): WorkflowGraph {
  const { edges } = graphOf(definition);
  const found = new Map<string, CardEdge>();
  for (const edge of edges.filter(({ from }) => isPlace(from))) {
    for (const drawn of linesOf(edge, edges)) {
      const key = JSON.stringify([drawn.from, drawn.to, drawn.kind]);
      if (!found.has(key)) found.set(key, drawn);
    }
  }
  const { kind, initialAgent } = definition.pattern;
  return { pattern: kind, first: initialAgent, edges: [...found.values()] };
}

const isPlace = (id: string): boolean => id.startsWith('agent_') || id === 'person' || id === 'end';
const nameOf = (id: string): string => id.replace(/^agent_/, '');

/** Every way from where the first arrow begins to the next agent, the person or the end. */
function linesOf(first: GraphEdge, edges: readonly GraphEdge[]): CardEdge[] {
  const lines: CardEdge[] = [];
  const ways: (readonly GraphEdge[])[] = [[first]];
  for (let way = ways.shift(); way !== undefined; way = ways.shift()) {
    const last = way.at(-1) ?? first;
    if (isPlace(last.to)) lines.push(lineOf(first, way));
    else ways.push(...onwards(way, last, edges).map((next) => [...(way ?? []), next]));
  }
  return lines;
}

function onwards(way: readonly GraphEdge[], last: GraphEdge, edges: readonly GraphEdge[]): GraphEdge[] {
  return edges.filter((next) => {
    if (next.from !== last.to || way.includes(next)) return false;
    // Who chose by a handoff chooses among those of the workflow's own pattern.
    if (next.group !== undefined && next.group !== (last.group ?? 'workflow')) return false;
    return next.after === undefined || next.after === way[0]?.from;
  });
}

const KINDS = {
  handoff: 'handoff',
  context: 'handoff',
  after_work: 'after',
  pattern: 'pattern',
  call: 'child',
} as const;

function lineOf(first: GraphEdge, way: readonly GraphEdge[]): CardEdge {
  const last = way.at(-1) ?? first;
  const child = way.some(({ to }) => to.startsWith('child_'));
  const label = first.label.length > LABEL_LENGTH ? `${first.label.slice(0, LABEL_LENGTH - 1)}…` : first.label;
  return {
    from: nameOf(first.from),
    to: nameOf(last.to),
    // What comes after child runs is no part of them.
    kind: child ? KINDS[last.kind] : KINDS[first.kind],
    ...(label === '' ? {} : { label }),
  };
}
