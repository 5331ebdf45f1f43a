import { describe, expect, it } from '@jest/globals';
import type { Repository } from './docs-check.ts';
import { casesIn, checkNamedTests, linkedTests, unnamedTests } from './named-tests.ts';
import { thisRepository } from './repository.ts';

const PAGE = 'docs/reference/ag2-parity.md';

const tests = [
  "describe('a tool', () => {",
  "  it('says a tool`s name', () => {});",
  '  it("is the person\'s", () => {});',
  '  it.each([[1], [2]])(',
  "    'counts to %d',",
  '    (n) => n,',
  '  );',
  "  it('is a long one that nobody wants to write out twice', () => {});",
  "  // it never 'was a test', but its words are here",
  '});',
  '',
].join('\n');
const repository = (page: string): Repository => ({
  files: ['docs/page.md', 'libs/a/src/tool.test.ts'],
  read: (file) => ({ 'docs/page.md': page, 'libs/a/src/tool.test.ts': tests })[file] ?? '',
  scripts: [],
  help: () => undefined,
});
const link = (title: string, file = '../libs/a/src/tool.test.ts'): string => `[${title}](${file})`;
const faults = (page: string): string[] =>
  checkNamedTests('docs/page.md', repository(page)).map(({ line, message }) => `${String(line)}: ${message}`);

describe('the check of named tests', () => {
  it.each([
    ['a title', 'tool › a tool'],
    ['a title with quotation marks', 'tool › says a tool’s name'],
    ['a title in double quotes', 'tool › is the person’s'],
    ['a title of a table', 'tool › counts to %d'],
    ['the beginning of a title', 'tool › is a long one …'],
    ['a file alone', 'tool'],
  ])('knows %s', (_what, name) => {
    expect(faults(`a\n| x | y | same | ${link('tool › a tool')}<br>${link(name)} |`)).toEqual([]);
  });

  it.each([
    ['a test that is gone', link('tool › is gone'), '1: libs/a/src/tool.test.ts has no test "is gone"'],
    ['words that are no title', link('tool › was a test'), '1: libs/a/src/tool.test.ts has no test "was a test"'],
    [
      'a beginning without its mark',
      link('tool › is a long one'),
      '1: libs/a/src/tool.test.ts has no test "is a long one"',
    ],
    [
      'a file that is gone',
      link('gone › a tool', '../libs/a/src/gone.test.ts'),
      '1: there is no libs/a/src/gone.test.ts',
    ],
    ['another file', link('other › a tool'), '1: "other" is not the name of libs/a/src/tool.test.ts'],
    ['a claim without a test', '| x | y | better | – |', '1: "better" needs a test'],
    ['a status that is none', '| x | y | nearly | – |', '1: "nearly" is not one of: same, better, different, not yet'],
    ['a difference without words', '| x |  | different | – |', '1: it says nothing of what there is here'],
  ])('finds %s', (_what, page, expected) => {
    expect(faults(page)).toEqual([expected]);
  });

  it('passes over heads, other tables and rows that are honest', () => {
    expect(
      faults('| AG2 | here | | tests |\n|---|---|---|---|\n| x | none | not yet | – |\n| two | columns |'),
    ).toEqual([]);
  });

  it('finds a link that it cannot read, and tests with a mark that nobody names', () => {
    expect(faults(link('tool › a ]tool'))).toEqual(['1: a link to a test cannot be read']);
    const named = repository(link('tool › is a long one …'));
    const without = { document: 'docs/page.md', read: named.read };
    expect(unnamedTests('libs/a/src/tool.test.ts', 'one', without)).toEqual([]);
    expect(unnamedTests('libs/a/src/tool.test.ts', 'person', without)).toEqual(['is the person’s']);
  });

  it('counts cases, and knows which files a section names', () => {
    const page = `# P\n\n## One\n\n${link('tool')} ${link('tool › a tool')}\n\n## Two\n\n${link('x', 'x.test.ts')}\n`;
    expect(linkedTests('docs/page.md', 'One', repository(page))).toEqual(['libs/a/src/tool.test.ts']);
    expect(casesIn('libs/a/src/tool.test.ts', repository(page))).toBe(4);
  });
});

describe(PAGE, () => {
  const ours = thisRepository();

  it('names only tests that exist', () => {
    expect(checkNamedTests(PAGE, ours)).toEqual([]);
  });

  it('names every test of a defect that we measured in AG2', () => {
    const tests = ours.files.filter((file) => file.endsWith('.test.ts') && !file.startsWith('tools/'));
    const unnamed = tests.flatMap((file) => unnamedTests(file, '[M]', { document: PAGE, read: ours.read }));
    expect(unnamed).toEqual([]);
  });

  it('re-expresses at least 150 cases of AG2, the tables of cases counted as one', () => {
    const files = linkedTests(PAGE, 'Upstream test cases re-expressed', ours);
    const cases = files.reduce((sum, file) => sum + casesIn(file, ours), 0);
    expect(cases).toBeGreaterThanOrEqual(150);
  });
});
