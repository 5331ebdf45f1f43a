import { describe, expect, it } from '@jest/globals';
import { edited, focused } from './edited.mjs';
import { judge, type ProjectRun } from './judge.ts';
import type { Mechanism } from './mechanism.ts';
import { mechanisms } from './mechanisms.ts';
import { outOfDate } from './out-of-date.ts';

const one: Mechanism = {
  name: 'fence',
  promise: 'P2',
  why: 'Two would write.',
  removal: [{ file: 'a.ts', find: 'if (fenced) return;', replace: '' }],
  test: { file: 'a.test.ts', name: 'only one writes' },
};

describe('the table of mechanisms', () => {
  it('fits the sources: every text stands there once, and so does every test', () => {
    expect(outOfDate(mechanisms)).toEqual([]);
  });

  it('says which text or test is gone', () => {
    const [first] = outOfDate([{ ...one, removal: [{ file: 'package.json', find: 'nowhere', replace: '' }] }]);
    expect(first).toMatch(/^fence: package.json has this text 0 times/);
    expect(outOfDate([{ ...one, removal: [] }])).toEqual(['fence: there is no a.test.ts']);
    expect(outOfDate([...mechanisms, ...mechanisms.slice(0, 1)])).toEqual(['fence: stands there twice']);
  });

  it('has no removal that changes nothing', () => {
    const empty = mechanisms.filter(({ removal }) => removal.length === 0 || removal.some((e) => e.find === e.replace));
    expect(empty.map(({ name }) => name)).toEqual([]);
  });
});

describe('a source without a mechanism', () => {
  it('lacks the text, and only in its file', () => {
    const source = 'if (fenced) return; write();';
    expect(edited(source, 'a.ts', one.removal)).toBe(' write();');
    expect(edited(source, 'b.ts', one.removal)).toBe(source);
    expect(() => edited(`${source}${source}`, 'a.ts', one.removal)).toThrow('2 times');
  });

  it('runs the named test alone, also one of many cases', () => {
    const source = "it('other', f);\n  it.each([1, 2])(\n 'only one writes', g);";
    expect(focused(source, 'a.test.ts', [one.test])).toBe(
      "it('other', f);\n  it.only.each([1, 2])(\n 'only one writes', g);",
    );
    expect(focused(source, 'b.test.ts', [one.test])).toBe(source);
    expect(() => focused('', 'a.test.ts', [one.test])).toThrow('0 tests');
  });
});

describe('the verdict', () => {
  const run = (project: string, status: string, failure = 'Expected: 1\n    at x.ts:1'): ProjectRun => ({
    project,
    ms: 5,
    tests: [{ fullName: 'chats only one writes', status, failures: status === 'failed' ? [failure] : [] }],
  });
  const verdictOf = (...runs: ProjectRun[]) => judge(one, runs, { whole: 'all', output: 'crash' });

  it('is that it was noticed when the test fails without it alone', () => {
    expect(verdictOf(run('all', 'passed'), run('fence', 'failed'))).toMatchObject({
      verdict: 'noticed',
      said: 'Expected: 1',
      ms: 5,
    });
    expect(verdictOf(run('all', 'passed'), run('fence', 'passed'))).toMatchObject({ verdict: 'not noticed' });
    expect(verdictOf(run('all', 'failed'), run('fence', 'failed'))).toMatchObject({ verdict: 'fails anyway' });
  });

  it.each(['SyntaxError: x', 'Exceeded timeout of 30000 ms for a test.', 'TypeError: a.b is not a function'])(
    'is none when the code was only broken: %s',
    (failure) => {
      expect(verdictOf(run('all', 'passed'), run('fence', 'failed', failure))).toMatchObject({ verdict: 'broken' });
    },
  );

  it('is none when nothing ran', () => {
    expect(verdictOf(run('all', 'passed'))).toMatchObject({ verdict: 'not run', said: 'crash' });
    expect(verdictOf(run('all', 'passed'), { ...run('fence', 'x'), broken: 'no' })).toMatchObject({
      verdict: 'broken',
    });
    expect(verdictOf(run('all', 'passed'), { ...run('fence', 'x'), tests: [] })).toMatchObject({ verdict: 'broken' });
  });
});
