import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { layOut, NODE, pathBetween, type GraphShape } from './graph-layout.ts';

const TEAM: GraphShape = {
  nodes: ['planner', 'reader', 'keeper', 'writer', 'reviewer'],
  first: 'planner',
  edges: [
    { from: 'planner', to: 'reader' },
    { from: 'planner', to: 'keeper' },
    { from: 'reader', to: 'writer' },
    { from: 'keeper', to: 'writer' },
    { from: 'writer', to: 'reviewer' },
    { from: 'reviewer', to: 'writer' },
    { from: 'reviewer', to: 'end' },
  ],
};

const graphs = fc.integer({ min: 0, max: 30 }).chain((count) => {
  const nodes = Array.from({ length: count }, (_, index) => `agent${String(index)}`);
  const name = fc.constantFrom('end', 'person', ...nodes);
  const edges = fc.array(fc.record({ from: name, to: name }), { maxLength: 80 });
  return fc.record({ nodes: fc.constant(nodes), first: fc.option(name, { nil: undefined }), edges });
});

describe('the picture of a team', () => {
  it('goes down from who begins', () => {
    const { places } = layOut(TEAM);
    expect([...places.values()].map(({ name, layer }) => `${name} ${String(layer)}`)).toEqual([
      'planner 0',
      'reader 1',
      'keeper 1',
      'writer 2',
      'reviewer 3',
    ]);
  });

  it('draws a way back beside the way there', () => {
    const layout = layOut(TEAM);
    expect(pathBetween(layout, 'writer', 'reviewer')).not.toBe(pathBetween(layout, 'reviewer', 'writer'));
    expect(pathBetween(layout, 'reviewer', 'end')).toBeUndefined();
  });

  it('has every agent once and inside, no two on each other, and is always the same', () => {
    fc.assert(
      fc.property(graphs, (graph) => {
        const layout = layOut(graph);
        const places = [...layout.places.values()];
        expect(places.map(({ name }) => name).sort()).toEqual([...graph.nodes].sort());
        places.forEach((a, index) => {
          expect(a.x - NODE.width / 2 >= 0 && a.x + NODE.width / 2 <= layout.width).toBe(true);
          expect(a.y - NODE.height / 2 >= 0 && a.y + NODE.height / 2 <= layout.height).toBe(true);
          for (const b of places.slice(index + 1)) {
            expect(Math.abs(a.x - b.x) >= NODE.width || Math.abs(a.y - b.y) >= NODE.height).toBe(true);
          }
        });
        for (const { from, to } of graph.edges) expect(pathBetween(layout, from, to) ?? '').not.toMatch(/NaN/);
        expect(layOut(structuredClone(graph))).toEqual(layout);
      }),
    );
  });
});
