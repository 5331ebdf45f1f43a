/** Each ban and limit is alive: a fixture that breaks it is refused, and its few exceptions pass. */
import { beforeAll, describe, expect, it } from '@jest/globals';
import { LAZY_FILES, PLATFORM_FILES } from './bans.mjs';
import { askEslint, rulesOf, type Complaint, type Fixture } from './lint-answers.ts';

interface Case extends Fixture {
  readonly title: string;
  /** The rule that must complain; null where nothing may. */
  readonly rule: string | null;
}

const RESTRICTED = '@typescript-eslint/no-restricted-imports';
const SYNTAX = 'no-restricted-syntax';
const PROPERTIES = 'no-restricted-properties';
const GLOBALS = 'no-restricted-globals';

const PURE = ['libs/engine/src/fixture.ts', 'libs/transcript/src/fixture.ts', 'libs/contracts/src/fixture.ts'];
const PORTS = ['libs/messaging/src/fixture.ts', 'libs/client/src/fixture.ts', 'apps/orchestrator/src/fixture.ts'];

const refused = (rule: string | null, files: readonly string[], code: string): Case[] =>
  files.map((file) => ({ title: `${file}: ${code.replaceAll('\n', ' ')}`, rule, file, code: `${code}\n` }));

const portBans = (files: readonly string[]): Case[] => [
  ...refused(PROPERTIES, files, 'export const x = Date.now();'),
  ...refused(PROPERTIES, files, 'export const x = Math.random();'),
  ...refused(PROPERTIES, files, 'export const x = performance.now();'),
  ...refused(PROPERTIES, files, 'export const x = crypto.randomUUID();'),
  ...refused(PROPERTIES, files, 'export const x = AbortSignal.timeout(5);'),
  ...refused(SYNTAX, files, 'export const x = new Date();'),
  ...refused(SYNTAX, files, `export const x = globalThis.setTimeout;`),
  ...refused(GLOBALS, files, 'setTimeout(String, 5);'),
  ...refused(GLOBALS, files, 'setInterval(String, 5);'),
  ...refused(SYNTAX, files, `export const x = process.env['HOME'];`),
  ...refused(null, files, 'export const x = new Date(0);'),
];

const bans: readonly Case[] = [
  ...['node:fs', '@nestjs/common', '@nats-io/transport-node', 'mongoose', 'openai', 'crypto'].flatMap((from) =>
    refused(RESTRICTED, PURE, `import { x } from '${from}'; export const y: unknown = x;`),
  ),
  ...refused(SYNTAX, PURE, 'export async function later(): Promise<void> {}'),
  ...refused(GLOBALS, PURE, 'console.log(1);'),
  ...refused(GLOBALS, PURE, 'export const x = crypto;'),
  ...portBans([...PURE, ...PORTS]),
  ...refused(RESTRICTED, ['libs/client/src/fixture.ts'], `import { x } from 'node:fs'; export const y: unknown = x;`),
  ...refused(RESTRICTED, ['apps/web/src/fixture.tsx'], `import { x } from 'node:fs'; export const y: unknown = x;`),
  ...refused(RESTRICTED, ['apps/web/src/fixture.tsx'], `import { lazy } from 'react'; export const y: unknown = lazy;`),
  ...refused(RESTRICTED, ['apps/web/src/fixture.tsx'], `import * as x from 'react'; export const y: unknown = x.lazy;`),
  ...refused(RESTRICTED, ['apps/web/src/fixture.tsx'], `import x from 'next/dynamic'; export const y: unknown = x;`),
  ...refused(
    null,
    ['apps/web/src/fixture.tsx'],
    `import { useState } from 'react'; export const y: unknown = useState;`,
  ),
  ...LAZY_FILES.flatMap((file) => [
    ...refused(null, [file], `import { lazy } from 'react'; export const y: unknown = lazy;`),
    ...refused(RESTRICTED, [file], `import { x } from 'node:fs'; export const y: unknown = x;`),
  ]),
  ...refused(SYNTAX, PORTS, `import { randomUUID } from 'node:crypto'; export const x: unknown = randomUUID;`),
  ...PLATFORM_FILES.flatMap((file) => [
    ...refused(null, [file], 'export const x = Date.now() + Math.random();\nsetTimeout(String, 5);'),
    ...refused(SYNTAX, [file], `export const x = process.env['HOME'];`),
  ]),
  ...refused(null, ['apps/orchestrator/src/env.ts', 'tools/fixture.ts'], `export const x = process.env['HOME'];`),
  ...refused(PROPERTIES, ['apps/orchestrator/src/env.ts'], 'export const x = Date.now();'),
  ...refused(null, ['libs/engine/src/fixture.int.test.ts'], 'export const x = Date.now();'),
  ...refused(PROPERTIES, ['libs/engine/src/fixture.test.ts'], 'export const x = Date.now();'),
  ...refused('import-x/no-extraneous-dependencies', ['libs/engine/src/fixture.ts'], `import x from 'yaml'; x();`),
];

const manners: readonly Case[] = [
  ...refused('jsdoc/require-jsdoc', ['libs/store/src/fixture.ts'], 'export function bare(): void {}'),
  ...refused('jsdoc/require-jsdoc', ['libs/store/src/fixture.ts'], 'export interface Bare { readonly x: number }'),
  ...refused(
    'react-hooks/rules-of-hooks',
    ['apps/web/src/fixture.tsx'],
    `import { useState } from 'react'; export function Late({ on }: { on: boolean }): null { if (on) useState(1); return null; }`,
  ),
];

const lines = (count: number): string =>
  Array.from({ length: count }, (_, n) => `export const n${n} = ${n};`).join('\n');
const branches = (count: number): string =>
  `export const f = (x: number): number => ${Array.from({ length: count }, (_, n) => `x === ${n} ? ${n} :`).join(' ')} x;`;
const arms = Array.from({ length: 20 }, (_, n) => `case ${n}: return ${n};`).join(' ');

/** Every kind of file is held to the same limits. */
const EVERYWHERE = [
  'libs/store/src/fixture.ts',
  'libs/store/src/fixture.test.ts',
  'apps/web/src/fixture.tsx',
  'tools/x.ts',
];

const limits: readonly Case[] = [
  ...EVERYWHERE.flatMap((file) => [
    { title: `${file}: 301 lines`, rule: 'max-lines', file, code: lines(301) },
    { title: `${file}: 300 lines, blanks and comments aside`, rule: null, file, code: `// why\n\n${lines(300)}` },
    { title: `${file}: complexity 11`, rule: 'complexity', file, code: branches(10) },
    { title: `${file}: complexity 10`, rule: null, file, code: branches(9) },
    {
      title: `${file}: a long switch counts as one`,
      rule: null,
      file,
      code: `export const f = (x: number): number => { switch (x) { ${arms} default: return x; } };`,
    },
    ...refused(
      '@typescript-eslint/max-params',
      [file],
      'export const f = (a: 1, b: 1, c: 1, d: 1): unknown => [a, b, c, d];',
    ),
    ...refused(SYNTAX, [file], 'export enum Colour { Red }'),
    ...refused('@typescript-eslint/no-explicit-any', [file], 'export type Loose = any;'),
    ...refused('@typescript-eslint/no-non-null-assertion', [file], 'export const f = (x?: string): string => x!;'),
    ...refused('house/no-barrel', [file], `export * from './other.ts';`),
    ...refused('@typescript-eslint/ban-ts-comment', [file], '// @ts-ignore\nexport const x = 1;'),
    {
      title: `${file}: an inline opt-out opts out of nothing`,
      rule: '@typescript-eslint/no-explicit-any',
      file,
      code: '// eslint-disable-next-line\nexport type Loose = any;\n',
    },
  ]),
  ...refused(
    'house/no-barrel',
    ['libs/store/src/chats/index.ts', 'apps/edge/src/index.ts'],
    `export { x } from './x.ts';`,
  ),
  ...refused('house/file-name', ['libs/store/src/chatStore.ts', 'libs/store/src/ChatStore.ts'], 'export const x = 1;'),
  ...refused(null, ['libs/store/src/chat-store.int.test.ts', 'apps/edge/src/app.module.ts'], 'export const x = 1;'),
  ...refused(
    'import-x/no-cycle',
    ['libs/contracts/src/ids.ts'],
    `import { clampTitle } from './index.ts'; clampTitle('');`,
  ),
];

const typed: readonly Case[] = [
  ...refused('@typescript-eslint/no-floating-promises', ['libs/store/src/index.ts'], 'Promise.resolve(1);'),
  ...refused(
    '@typescript-eslint/switch-exhaustiveness-check',
    ['libs/store/src/index.ts'],
    `export const f = (x: 'a' | 'b'): number => { switch (x) { case 'a': return 1; } return 2; };`,
  ),
  ...refused(
    '@typescript-eslint/no-unsafe-assignment',
    ['libs/store/src/index.ts'],
    `export const x: number = JSON.parse('1');`,
  ),
].map((one) => ({ ...one, typed: true }));

const cases: readonly Case[] = [...bans, ...manners, ...limits, ...typed];
/** Fixtures are terse and belong to no published surface. */
const ASIDE = new Set(['jsdoc/require-jsdoc', '@typescript-eslint/no-deprecated']);

describe('bans and limits', () => {
  let complaints: readonly (readonly Complaint[])[] = [];
  beforeAll(async () => {
    complaints = (await askEslint({ fixtures: cases })).fixtures;
  }, 180_000);

  it.each(cases.map((one, index) => [`${one.title} → ${one.rule ?? 'passes'}`, index] as const))(
    '%s',
    (_title, index) => {
      const expected = cases[index]?.rule;
      const rules = rulesOf(complaints[index]).filter((rule) => rule === expected || !ASIDE.has(rule));
      if (typeof expected === 'string') expect(rules).toContain(expected);
      else expect(rules).toEqual([]);
    },
  );
});
