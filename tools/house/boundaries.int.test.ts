/**
 * The boundary rule is alive and says exactly the table: one fixture for each edge, forbidden and allowed.
 * If Nx had no project graph the rule would skip itself, and every forbidden edge here would pass.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { PROJECTS, UNBOUND, WORKFLOW } from './boundaries.mjs';
import { askEslint, rulesOf, type Complaint, type Fixture } from './lint-answers.ts';
import { ROOT } from './source-files.ts';

const BOUNDARY = '@nx/enforce-module-boundaries';
const RESTRICTED = '@typescript-eslint/no-restricted-imports';

interface Project {
  readonly folder: string;
  readonly may: readonly string[];
  readonly types?: readonly string[];
}
interface Case extends Fixture {
  readonly title: string;
  readonly expected: readonly string[];
}

const projects = Object.entries(PROJECTS) as [string, Project][];
const libs = projects.filter(([, { folder }]) => folder.startsWith('libs/')).map(([scope]) => scope);
const uses = (from: string): string => `import { thing } from '${from}';\nexport const fixture: unknown = thing;\n`;
const usesType = (from: string): string => `import type { Thing } from '${from}';\nexport type Fixture = Thing;\n`;

const edge = (file: string, scope: string, allowed: boolean): Case => ({
  title: `${file.split('/src/')[0] ?? file} → ${scope}: ${allowed ? 'allowed' : 'refused'}`,
  file,
  // Documented with a type import where only types may pass, so that the boundary rule alone is asked.
  code: usesType(`@colloquy/${scope}`),
  expected: allowed ? [] : [BOUNDARY],
});

const table = projects.flatMap(([own, { folder, may }]) =>
  libs.filter((scope) => scope !== own).map((scope) => edge(`${folder}/src/fixture.ts`, scope, may.includes(scope))),
);

const testingOnlyInTests = projects.flatMap(([, { folder }]) => [
  edge(`${folder}/src/fixture.ts`, 'testing', false),
  edge(`${folder}/src/fixture.test.ts`, 'testing', true),
  edge(`${folder}/src/fixture.ts`, 'tools/servers', false),
  edge(`${folder}/src/fixture.int.test.ts`, 'tools/servers', true),
]);

const typesOnly = projects.flatMap(([, { folder, types = [] }]) =>
  types.map((scope): Case => ({
    title: `${folder} → ${scope}: a value is refused where only types may pass`,
    file: `${folder}/src/fixture.ts`,
    code: uses(`@colloquy/${scope}`),
    expected: [RESTRICTED],
  })),
);

const others: readonly Case[] = [
  ...['web', 'client', 'transcript'].map((scope) => ({
    title: `${scope} → contracts/constants: values allowed`,
    file: `${PROJECTS[scope]?.folder ?? scope}/src/fixture.ts`,
    code: uses('@colloquy/contracts/constants'),
    expected: [],
  })),
  {
    title: 'an app cannot reach into a lib by path',
    file: 'apps/edge/src/fixture.ts',
    code: usesType('../../../libs/store/src/index.ts'),
    expected: [BOUNDARY],
  },
  {
    title: 'an app cannot reach into another app',
    file: 'apps/api-gateway/src/fixture.ts',
    code: usesType('../../orchestrator/src/main.ts'),
    expected: [BOUNDARY],
  },
  {
    title: 'a value may not be loaded late where only types may pass',
    file: 'apps/web/src/fixture.ts',
    code: `export const fixture = (): Promise<unknown> => import('@colloquy/contracts');\n`,
    expected: ['no-restricted-syntax'],
  },
  ...libs.map((scope) => edge('workflows/assistant/fixture.ts', scope, WORKFLOW.may.includes(scope))),
  ...Object.values(UNBOUND).flatMap(({ folder }) => libs.map((scope) => edge(`${folder}/fixture.ts`, scope, true))),
];

const cases: readonly Case[] = [...table, ...testingOnlyInTests, ...typesOnly, ...others];

describe('who may import whom', () => {
  let complaints: readonly (readonly Complaint[])[] = [];
  beforeAll(async () => {
    complaints = (await askEslint({ fixtures: cases })).fixtures;
  }, 120_000);

  const asked = [BOUNDARY, RESTRICTED, 'no-restricted-syntax'];
  it.each(cases.map((one, index) => [one.title, index] as const))('%s', (_title, index) => {
    expect(rulesOf(complaints[index]).filter((rule) => asked.includes(rule))).toEqual(cases[index]?.expected);
  });
});

describe('the table people read', () => {
  it('is the one that lint enforces', () => {
    const page = readFileSync(path.join(ROOT, 'docs/decisions/0015-lint-proves-the-layers.md'), 'utf8');
    const cell = (project: Project, scope: string): string => {
      if (!project.may.includes(scope)) return '';
      return project.types?.includes(scope) === true ? 'types' : 'yes';
    };
    const rows = page
      .split('\n')
      .filter((line) => line.startsWith('| '))
      .map((line) => line.split('|').map((part) => part.trim().replaceAll('`', '')));
    const header = rows[0]?.slice(2, -1) ?? [];
    const written = rows
      .slice(2)
      .map((row) => [row[1], Object.fromEntries(header.map((scope, i) => [scope, row[i + 2]]))]);
    const enforced = projects.map(([name, project]) => [
      name,
      Object.fromEntries(header.map((scope) => [scope, cell(project, scope)])),
    ]);
    expect([...header].sort()).toEqual([...libs].sort());
    expect(Object.fromEntries(written as [string, unknown][])).toEqual(Object.fromEntries(enforced));
  });
});
