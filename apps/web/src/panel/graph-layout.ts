/**
 * Where the agents of a team stand in a picture: in layers, from who begins downwards. Invariants:
 * 1. The same graph gives the same picture.
 * 2. No two agents overlap, and all are inside.
 */

/** Who can speak after whom, as far as a picture needs it. */
export interface GraphShape {
  readonly nodes: readonly string[];
  readonly first?: string | undefined;
  readonly edges: readonly { readonly from: string; readonly to: string }[];
}

/** A place in px; of its middle. */
export interface Place {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly layer: number;
}

/** A picture. */
export interface GraphLayout {
  readonly width: number;
  readonly height: number;
  readonly places: ReadonlyMap<string, Place>;
}

/** Measures of a picture, in px. */
export const NODE = { width: 116, height: 44 } as const;
const GAP = { x: 20, y: 44 } as const;
/** Room for lines that go back up at the sides. */
const MARGIN = { x: 26, y: 8 } as const;
/** A layer with more agents than this goes on in the next line. */
const MOST_IN_LINE = 3;

/** Lays a graph out. */
export function layOut(shape: GraphShape): GraphLayout {
  const lines = linesOf(shape);
  const widest = Math.max(1, ...lines.map((line) => line.length));
  const width = widest * NODE.width + (widest - 1) * GAP.x + 2 * MARGIN.x;
  const places = new Map<string, Place>();
  lines.forEach((line, layer) => {
    const lineWidth = line.length * NODE.width + (line.length - 1) * GAP.x;
    line.forEach((name, index) => {
      const x = (width - lineWidth) / 2 + index * (NODE.width + GAP.x) + NODE.width / 2;
      places.set(name, { name, x, y: MARGIN.y + layer * (NODE.height + GAP.y) + NODE.height / 2, layer });
    });
  });
  const height = lines.length * NODE.height + Math.max(0, lines.length - 1) * GAP.y + 2 * MARGIN.y;
  return { width, height, places };
}

/** The lines of the picture from top to bottom. */
function linesOf(shape: GraphShape): string[][] {
  const ranks = ranksOf(shape);
  const layers: string[][] = [];
  for (const name of shape.nodes) (layers[ranks.get(name) ?? 0] ??= []).push(name);
  const ordered = layers.filter((layer) => layer.length > 0);
  for (let index = 1; index < ordered.length; index++) {
    ordered[index] = sortedBelow(ordered[index - 1] ?? [], ordered[index] ?? [], shape);
  }
  return ordered.flatMap(wrapped);
}

/** How far each agent is from who begins, by the shortest way; who cannot be reached begins a way of its own. */
function ranksOf(shape: GraphShape): ReadonlyMap<string, number> {
  const next = followersOf(shape);
  const ranks = new Map<string, number>();
  const entered = new Set([...next.values()].flat());
  const begins = shape.nodes.filter((name) => name === shape.first);
  for (const name of [...begins, ...shape.nodes.filter((other) => !entered.has(other)), ...shape.nodes]) {
    if (!ranks.has(name)) walk({ start: name, rank: ranks.size === 0 ? 0 : 1, next, ranks });
  }
  return ranks;
}

/** Who can follow each agent, itself left out. */
function followersOf({ nodes, edges }: GraphShape): ReadonlyMap<string, readonly string[]> {
  const next = new Map<string, string[]>(nodes.map((name) => [name, []]));
  for (const { from, to } of edges) if (from !== to && next.has(to)) next.get(from)?.push(to);
  return next;
}

function walk(way: {
  readonly start: string;
  readonly rank: number;
  readonly next: ReadonlyMap<string, readonly string[]>;
  readonly ranks: Map<string, number>;
}): void {
  const { next, ranks } = way;
  ranks.set(way.start, way.rank);
  const queue = [way.start];
  for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
    const rank = (ranks.get(name) ?? 0) + 1;
    for (const to of (next.get(name) ?? []).filter((other) => !ranks.has(other))) {
      ranks.set(to, rank);
      queue.push(to);
    }
  }
}

/** A layer in the order in which those stand above it that lead to it. */
function sortedBelow(above: readonly string[], layer: readonly string[], { edges }: GraphShape): string[] {
  const weight = (name: string): number => {
    const places = edges.flatMap(({ from, to }) => (to === name && above.includes(from) ? [above.indexOf(from)] : []));
    return places.length === 0 ? above.length : places.reduce((sum, place) => sum + place, 0) / places.length;
  };
  return layer
    .map((name, index) => ({ name, index, weight: weight(name) }))
    .sort((a, b) => a.weight - b.weight || a.index - b.index)
    .map(({ name }) => name);
}

function wrapped(layer: readonly string[]): string[][] {
  const lines = Math.ceil(layer.length / MOST_IN_LINE);
  const size = Math.ceil(layer.length / lines);
  return Array.from({ length: lines }, (_, line) => layer.slice(line * size, (line + 1) * size));
}

/** The path of a line from one agent to another, as SVG has it; undefined when one of them is not in the picture. */
export function pathBetween({ places, width }: GraphLayout, from: string, to: string): string | undefined {
  const a = places.get(from);
  const b = places.get(to);
  if (a === undefined || b === undefined || from === to) return undefined;
  const half = { x: NODE.width / 2, y: NODE.height / 2 };
  if (b.layer === a.layer + 1) {
    const [y1, y2] = [a.y + half.y, b.y - half.y - 5];
    const bend = (y2 - y1) / 2;
    return curve([
      [a.x, y1],
      [a.x, y1 + bend],
      [b.x, y2 - bend],
      [b.x, y2],
    ]);
  }
  if (b.layer === a.layer && Math.abs(b.x - a.x) <= NODE.width + GAP.x) {
    const right = b.x > a.x;
    const [x1, x2] = right ? [a.x + half.x, b.x - half.x - 5] : [a.x - half.x, b.x + half.x + 5];
    const y = a.y + (right ? -7 : 7);
    return curve([
      [x1, y],
      [x1, y],
      [x2, y],
      [x2, y],
    ]);
  }
  return around({ a, b, width, half });
}

type Point = readonly [number, number];

/** A curve from a point to another, bent by the two between. */
function curve(points: readonly [Point, Point, Point, Point]): string {
  const [from, one, two, to] = points;
  const text = ([x, y]: Point): string => `${String(Math.round(x * 10) / 10)} ${String(Math.round(y * 10) / 10)}`;
  return `M${text(from)}C${text(one)} ${text(two)} ${text(to)}`;
}

/** Back up, or over layers between: out at the side that is nearer. */
function around(way: {
  readonly a: Place;
  readonly b: Place;
  readonly width: number;
  readonly half: { readonly x: number; readonly y: number };
}): string {
  const { a, b, width, half } = way;
  // Down on the left, up on the right: a way there and a way back do not lie on each other.
  const up = b.layer < a.layer || (b.layer === a.layer && b.x < a.x);
  const side = up ? 1 : -1;
  const out = up ? width - 4 : 4;
  const [x1, x2] = [a.x + side * half.x, b.x + side * (half.x + 5)];
  return curve([
    [x1, a.y],
    [out, a.y],
    [out, b.y],
    [x2, b.y],
  ]);
}
