import type { Graph, GraphEdge, GraphNode } from '@colloquy/workflows';

/** What the kinds of arrows are called when they say nothing themselves. */
const KINDS = { handoff: '', context: 'when ', after_work: 'then ', pattern: '', call: '' };
const LONGEST = 60;

function labelOf({ label, kind }: GraphEdge): string {
  const text = label.replaceAll(/\s+/g, ' ').trim();
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
  return `${KINDS[kind]}${short}`.trim();
}

const BOXES: Readonly<Record<GraphNode['kind'], readonly [string, string]>> = {
  agent: ['[', ']'],
  tool: ['([', '])'],
  approved: ['{{', '}}'],
  child: ['[[', ']]'],
  end: ['((', '))'],
  person: ['((', '))'],
  choice: ['{', '}'],
};

const ARROWS = { handoff: '-->', context: '==>', after_work: '-->', pattern: '-->', call: '-.->' };

/** Arrows of several patterns may look the same: one is drawn. */
const once = (edges: readonly GraphEdge[], draw: (edge: GraphEdge) => string): string[] => [
  ...new Set(edges.map(draw)),
];

/** For Mermaid: in Markdown on GitHub, or mermaid.live. Ids are letters, digits, "_" and "-" already. */
export function asMermaid({ title, nodes, edges }: Graph): string {
  const quoted = (text: string): string => `"${text.replaceAll('"', '#quot;')}"`;
  return [
    '---',
    `title: ${JSON.stringify(title)}`,
    '---',
    'flowchart TD',
    ...nodes.map(({ id, kind, label }) => {
      const [open, close] = BOXES[kind];
      return `  ${id}${open}${quoted(kind === 'approved' ? `${label} (asks first)` : label)}${close}`;
    }),
    ...once(edges, (edge) => {
      const label = labelOf(edge);
      return `  ${edge.from} ${ARROWS[edge.kind]}${label === '' ? '' : `|${quoted(label)}|`} ${edge.to}`;
    }),
  ].join('\n');
}

const SHAPES: Readonly<Record<GraphNode['kind'], string>> = {
  agent: 'box',
  tool: 'ellipse',
  approved: 'hexagon',
  child: 'component',
  end: 'doublecircle',
  person: 'circle',
  choice: 'diamond',
};

const STYLES = { handoff: 'solid', context: 'bold', after_work: 'solid', pattern: 'solid', call: 'dotted' };

/** For Graphviz: `dot -Tsvg`. */
export function asDot({ title, nodes, edges }: Graph): string {
  return [
    `digraph ${JSON.stringify(title)} {`,
    '  rankdir=TB;',
    ...nodes.map(
      ({ id, kind, label }) => `  ${JSON.stringify(id)} [shape=${SHAPES[kind]}, label=${JSON.stringify(label)}];`,
    ),
    ...once(edges, (edge) => {
      const { from, to, kind } = edge;
      const attributes = `style=${STYLES[kind]}, label=${JSON.stringify(labelOf(edge))}`;
      return `  ${JSON.stringify(from)} -> ${JSON.stringify(to)} [${attributes}];`;
    }),
    '}',
  ].join('\n');
}
