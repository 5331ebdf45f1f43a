import { describe, expect, it } from '@jest/globals';
import { countOf, familyOf, parseStat } from './processes.ts';

const STAT =
  '42 (a (b) c) S 7 42 42 0 -1 4194560 100 200 0 0 150 50 30 20 20 0 1 0 5000 1000000 256 18446744073709551615';

describe('counting processes', () => {
  it('reads CPU with that of ended children, and memory, whatever the program is called', () => {
    expect(parseStat(STAT)).toEqual({ pid: 42, parent: 7, cpuMs: 2500, rssKib: 1024 });
  });

  it('finds children and their children, in any order', () => {
    const of = (pid: number, parent: number) => ({ pid, parent, cpuMs: 0, rssKib: 0 });
    const family = familyOf([2], [of(9, 5), of(5, 2), of(2, 1), of(3, 1)]);
    expect(family.map(({ pid }) => pid)).toEqual([9, 5, 2]);
  });

  it('counts this very process', () => {
    if (process.platform !== 'linux') return;
    const { cpuMs, rssKib } = countOf([process.pid]);
    expect(cpuMs).toBeGreaterThan(0);
    expect(rssKib).toBeGreaterThan(1024);
  });
});
