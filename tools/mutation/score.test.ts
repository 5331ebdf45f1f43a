import { describe, expect, it } from '@jest/globals';
import { percent, scoreByFile, scoreOf, survivors, type Mutant } from './score.ts';
import { subjectFiles, testFiles } from './subjects.ts';

const mutant = (status: string, fileName = 'a.ts'): Mutant => {
  const location = { start: { line: 3, column: 7 } };
  return { fileName, location, mutatorName: 'BooleanLiteral', replacement: 'a\n   && b', status };
};

describe('a mutation score', () => {
  it('counts a failing test and a run without end as noticed, and what no test runs as not', () => {
    const all = ['Killed', 'Timeout', 'Survived', 'NoCoverage', 'Ignored', 'RuntimeError'].map((one) => mutant(one));
    expect(scoreOf('all', all)).toEqual({ file: 'all', noticed: 2, survived: 2, ignored: 2 });
    expect(percent(scoreOf('all', all))).toBe(50);
    expect(percent(scoreOf('none', []))).toBe(100);
  });

  it('is told by file, in order', () => {
    const files = scoreByFile([mutant('Killed', 'b.ts'), mutant('Survived'), mutant('Killed', 'b.ts')]);
    expect(files).toMatchObject([
      { file: 'a.ts', survived: 1 },
      { file: 'b.ts', noticed: 2 },
    ]);
  });

  it('names who survived: the place, the change, and whether a test runs there at all', () => {
    expect(survivors([mutant('Survived'), mutant('Killed'), mutant('NoCoverage')])).toEqual([
      'a.ts:3:7  BooleanLiteral: a && b',
      'a.ts:3:7  BooleanLiteral: a && b, which no test runs',
    ]);
  });
});

describe('what is mutated', () => {
  it('is all that evolve and next are made of, and no test', () => {
    const files = subjectFiles();
    expect(files).toEqual(
      expect.arrayContaining(['evolve.ts', 'next.ts', 'view-of.ts'].map((name) => `libs/engine/src/${name}`)),
    );
    expect(files.filter((file) => /test|types\.ts|index\.ts/.test(file))).toEqual([]);
  });

  it('is judged by the pure tests of the engine, without property tests unless they are asked for', () => {
    expect(testFiles()).toContain('libs/engine/src/evolve.test.ts');
    expect(testFiles().filter((file) => file.includes('.property.'))).toEqual([]);
  });
});
