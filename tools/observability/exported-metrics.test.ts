import { describe, expect, it } from '@jest/globals';
import { readExposition } from './exported-metrics.ts';

const TEXT = `# HELP a_total Counts a
# TYPE a_total counter
a_total{service="x",kind="one"} 3
a_total{service="x",kind="two"} 4

# HELP b_seconds How long b takes
# TYPE b_seconds histogram
b_seconds_bucket{le="0.1",service="x"} 1
b_seconds_sum{service="x"} 0.05
b_seconds_count{service="x"} 1

# HELP c_total Nothing yet
# TYPE c_total counter
`;

describe('what a service exports', () => {
  it('is read with type, help and labels, of histograms once, also before it has samples', () => {
    const found = [...readExposition(TEXT)].map(([name, { type, help, labels }]) => [
      name,
      type,
      help,
      [...labels].sort(),
    ]);
    expect(found).toEqual([
      ['a_total', 'counter', 'Counts a', ['kind', 'service']],
      ['b_seconds', 'histogram', 'How long b takes', ['le', 'service']],
      ['c_total', 'counter', 'Nothing yet', []],
    ]);
  });
});
