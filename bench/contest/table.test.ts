import { describe, expect, it } from '@jest/globals';
import type { Entry, Round } from './contest.ts';
import { figuresOf, sharesOf } from './figures.ts';
import { judgeAll } from './goals.ts';
import { SMALL } from './shape.ts';
import { between, figure, report, table } from './table.ts';

interface Made {
  readonly first: number;
  readonly cpuMs: number;
  readonly tokens?: number;
}

/** A round of ten short chats. */
function round({ first, cpuMs, tokens = 1000 }: Made): Round {
  return {
    firstToken: { p50: first, p95: first * 2 },
    shorts: { chats: 10, failed: 1, seconds: 2, cpu: { a: cpuMs * 0.75, b: cpuMs * 0.25 } },
    streamed: { tokens, failed: 0, seconds: 3, idleKib: 1000, peakKib: 11_000, cpu: { a: cpuMs } },
  };
}

const entry = (name: string, rounds: readonly Round[], more: Partial<Entry> = {}): Entry => ({
  ...{ name, about: `about ${name}`, rounds },
  ...more,
});

const CALM = { before: 50, gap: 0, lost: 0, doubled: 0, modelCalls: 1 };
const direct = entry('direct', [round({ first: 1, cpuMs: 10 }), round({ first: 2, cpuMs: 10 })]);
const fresh = round({ first: 9, cpuMs: 100 });
const ours = entry('Colloquy', [round({ first: 5, cpuMs: 100 }), round({ first: 6, cpuMs: 200 })], {
  ...{ fresh, away: CALM, kill: { ...CALM, modelCalls: 2, newAfterS: 1.5 } },
});
const slow = entry('Slow', [round({ first: 50, cpuMs: 500 }), round({ first: 60, cpuMs: 500 })]);
const quick = entry('Quick', [round({ first: 10, cpuMs: 400 }), round({ first: 3, cpuMs: 400 })]);
const broken = entry('Broken', [], { failure: 'install: does not install: no such package' });

describe('the figures of a contest', () => {
  it('are medians, over what direct was in the same round', () => {
    const of = figuresOf(ours, direct, 100);
    expect(of.overDirectMs?.p50).toEqual({ middle: 4, least: 4, most: 4 });
    expect(of.overDirectMs?.p95.middle).toBe(9.5);
    expect(of.tokensPerCoreSecond).toEqual({ middle: 7500, least: 5000, most: 10_000 });
    expect(of.cpuPerShortChatMs?.middle).toBe(15);
    expect(of.shortChatsPerSecond?.middle).toBe(5);
    expect([of.kibPerStream, of.failedChats]).toEqual([100, 2]);
  });

  it('are left out where nothing was measured', () => {
    expect(figuresOf(broken, direct, 100)).toEqual({ failedChats: 0 });
  });

  it('share the CPU out, the largest part first', () => {
    const shares = sharesOf(ours.rounds, ({ shorts }) => shorts.cpu);
    expect(shares).toEqual([
      { name: 'a', share: 0.75 },
      { name: 'b', share: 0.25 },
    ]);
  });
});

describe('the goals of a contest', () => {
  it('hold ours against the best of each round, and name the best of all', () => {
    const [tokens, first, cpu, memory, ...rest] = judgeAll([direct, ours, slow, quick, broken], 100);
    expect(tokens).toMatchObject({ value: { middle: 3, least: 2, most: 4 }, best: 'Quick', kept: true });
    expect(first).toMatchObject({ value: { middle: 1.25, least: 0.5, most: 2 }, best: 'Quick', kept: false });
    expect(cpu).toMatchObject({ value: { middle: 0.375 }, kept: true });
    expect(memory).toMatchObject({ value: { middle: 100 }, kept: true });
    expect(rest.map(({ kept }) => kept)).toEqual([true, true, true, true]);
  });

  it('are missed when tokens are missing or twice, or nothing could be measured', () => {
    const hurt = { ...ours, away: { ...CALM, gap: 3 }, kill: { ...CALM, doubled: 1 } };
    const missed = (entries: readonly Entry[]) =>
      judgeAll(entries, 100).flatMap(({ what, kept }) => (kept ? [] : [what]));
    expect(missed([direct, hurt, slow])).toEqual(['away: lost', 'killed: shown twice']);
    expect(missed([direct, broken])).toHaveLength(8);
    expect(missed([direct, ours])).toHaveLength(3);
  });
});

describe('the report of a contest', () => {
  const machine = {
    ...{ at: '2026-11-24T01:00:00.000Z', cpu: 'Some CPU', cpus: 2, memoryGib: 24, system: 'Linux 6' },
    ...{ node: '24.0.0', database: 'mongod 8', loadBefore: 0.5 },
  };
  const entries = [direct, ours, quick, broken];
  const text = report({ machine, shape: SMALL, entries, goals: judgeAll(entries, 100) });

  it('has a line for each, and says loudly who failed', () => {
    expect(text).toContain('| Colloquy | 7500 (5000..10000) |');
    expect(text).toContain('| Broken **(failed)** | – |');
    expect(text).toContain('- **Broken failed**: install: does not install: no such package');
    expect(text).toContain('| ✗ | first token | 1.25 (0.500..2.00) × Quick | ≤ 1 × |');
    expect(text).toContain('in short chats a 75 %, b 25 %');
  });

  it('goes between its markers, and nowhere else', () => {
    const page = 'before\n<!-- peers: written by npm run bench -- peers -->\nold\n<!-- /peers -->\nafter';
    expect(between(between(page, 'new'), 'newer')).toBe(
      'before\n<!-- peers: written by npm run bench -- peers -->\n\nnewer\n\n<!-- /peers -->\nafter',
    );
    expect(() => between('nothing', 'new')).toThrow('has no');
  });

  it('writes numbers with what counts, and no cell breaks a table', () => {
    expect([figure(1234.5), figure(12.345), figure(0), figure(0.01234)]).toEqual(['1235', '12.3', '0', '0.0123']);
    expect(table(['a'], [['x|y']])).toBe('| a |\n| --- |\n| x\\|y |');
  });
});
