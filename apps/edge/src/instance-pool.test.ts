import { describe, expect, it } from '@jest/globals';
import { InstancePool } from './instance-pool.ts';

describe('InstancePool', () => {
  it('takes turns and gives every instance each time', () => {
    const pool = new InstancePool('web', ['a', 'b', 'c'], { now: () => 0 });
    expect([pool.order(), pool.order(), pool.order(), pool.order()]).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'a'],
      ['c', 'a', 'b'],
      ['a', 'b', 'c'],
    ]);
  });

  it('asks one that refused last, for a while', () => {
    let now = 0;
    const pool = new InstancePool('web', ['a', 'b'], { now: () => now });
    pool.refused('a');
    expect([pool.order(), pool.order()]).toEqual([
      ['b', 'a'],
      ['b', 'a'],
    ]);
    now = 2000;
    expect([pool.order(), pool.order()]).toEqual([
      ['a', 'b'],
      ['b', 'a'],
    ]);
  });

  it('asks one that hangs last for longer', () => {
    let now = 0;
    const pool = new InstancePool('web', ['a', 'b'], { now: () => now });
    pool.silent('a');
    now = 29_999;
    expect(pool.order()).toEqual(['b', 'a']);
    pool.order();
    now = 30_000;
    expect(pool.order()).toEqual(['a', 'b']);
  });
});
