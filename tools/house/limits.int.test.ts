/** The limits bind every source file, and nobody opts out. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { askEslint, type FileConfig } from './lint-answers.ts';
import { ROOT, sourceFiles } from './source-files.ts';

const sources = sourceFiles(['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs']);

describe('limits', () => {
  let configs: readonly (FileConfig | null)[] = [];
  beforeAll(async () => {
    configs = (await askEslint({ files: sources })).files;
  }, 120_000);

  const unbound = (holds: (config: FileConfig) => boolean): string[] =>
    sources.filter((_, index) => {
      const config = configs[index];
      return config === null || config === undefined || !holds(config);
    });

  it('hold for every source file: 300 lines, complexity 10, 3 parameters, no cycles', () => {
    const limits: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
      'max-lines': { max: 300, skipBlankLines: true, skipComments: true },
      complexity: { max: 10, variant: 'modified' },
      '@typescript-eslint/max-params': { max: 3 },
      'import-x/no-cycle': { ignoreExternal: true },
    };
    const differ = unbound(({ rules }) =>
      Object.entries(limits).every(([name, options]) => {
        const rule = rules[name];
        return rule?.[0] === 2 && Object.entries(options).every(([key, value]) => option(rule[1], key) === value);
      }),
    );
    expect(differ).toEqual([]);
  });

  it('cannot be switched off from inside a file', () => {
    expect(unbound(({ linterOptions }) => linterOptions.noInlineConfig === true)).toEqual([]);
  });

  it('are opted out of nowhere, not even in a comment without effect', () => {
    const words = [
      'eslint-' + 'disable',
      'eslint-' + 'enable',
      '@ts-' + 'ignore',
      '@ts-' + 'nocheck',
      'istanbul ' + 'ignore',
    ];
    const fixtures = new Set(['tools/house/bans.int.test.ts']); // proves that such a comment does nothing
    const found = sources.filter((file) => {
      const text = readFileSync(path.join(ROOT, file), 'utf8');
      return !fixtures.has(file) && words.some((word) => text.includes(word));
    });
    expect(found).toEqual([]);
  });
});

function option(options: unknown, key: string): unknown {
  return typeof options === 'object' && options !== null
    ? Object.entries(options).find(([name]) => name === key)?.[1]
    : undefined;
}
