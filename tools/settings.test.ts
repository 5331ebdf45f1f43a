import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from './house/source-files.ts';
import { root } from './paths.ts';
import { topology } from './topology.ts';

const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const PAGE = read('docs/reference/settings.md');
/** The variable and the default of each row. */
const ROWS = new Map(
  PAGE.split('\n').flatMap((line) => {
    const name = /^\| `([A-Z][A-Z0-9_]+)`/.exec(line)?.[1];
    return name === undefined ? [] : [[name, line] as const];
  }),
);
/** What the machine, npm and our own steps say about themselves: nothing to set. */
const NOT_OURS = new Set(['PATH', 'INIT_CWD', 'MECHANISMS_REPORT']);

const SERVICES = [
  ...sourceFiles(['env.ts'], 'apps').filter((file) => /^apps\/[^/]+\/src\/env\.ts$/.test(file)),
  'libs/service/src/service-env.ts',
  'libs/files/src/files-env.ts',
];
const fields = SERVICES.flatMap((file) =>
  [...read(file).matchAll(/^ +([A-Z][A-Z0-9_]+): (.+)$/gm)].map(([, name = '', schema = '']) => ({ name, schema })),
);

/** What tools read of the environment, in each of the ways in which they do. */
const READS = [
  /\benv\.([A-Z][A-Z0-9_]{2,})/g,
  /\benv\['([A-Z][A-Z0-9_]+)'\]/g,
  /\bnumberOf\(env, '([A-Z_]+)'\)/g,
  /Name = '([A-Z_]+_MIRROR)'/g,
];
const tools = ['apps/web/next.config.ts', ...sourceFiles(['.ts', '.mjs'], 'tools')]
  .filter((file) => !/\.test\.ts$|^tools\/house\//.test(file))
  .flatMap((file) => READS.flatMap((how) => [...read(file).matchAll(how)].map(([, name = '']) => name)))
  .filter((name) => !NOT_OURS.has(name));

describe('docs/reference/settings.md', () => {
  it('has every variable that a service, the topology or a tool reads', () => {
    const names = [...fields.map(({ name }) => name), ...topology.flatMap(({ env }) => Object.keys(env)), ...tools];
    expect(SERVICES.length).toBeGreaterThan(8);
    expect(names).toEqual(expect.arrayContaining(['NATS_REPLICAS', 'NATS_MAX_AGE_DAYS', 'MONGODB_DOWNLOAD_MIRROR']));
    expect([...new Set(names)].filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([]);
  });

  it('has no variable that nobody reads', () => {
    const known = new Set([...fields.map(({ name }) => name), ...tools, 'NEXT_TELEMETRY_DISABLED', 'NODE_ENV']);
    expect([...ROWS.keys()].filter((name) => !known.has(name))).toEqual([]);
  });

  it('says the defaults that the schemas have', () => {
    for (const { name, schema } of fields) {
      const value = /\.default\('?([\w.]+)'?\)/.exec(schema)?.[1]?.replaceAll(/(?<=\d)_(?=\d)/g, '');
      if (value !== undefined) expect(`${name}: ${ROWS.get(name) ?? ''}`).toContain(`\`${value}\``);
    }
  });
});

describe('the topology', () => {
  it('hands a service nothing that it does not read', () => {
    const shared = read('libs/service/src/service-env.ts');
    const unread = topology
      .filter(({ kind }) => kind === 'node')
      .flatMap(({ name, env }) => {
        const own = read(`apps/${name}/src/env.ts`);
        const texts = [own, shared, ...(own.includes('...filesEnv') ? [read('libs/files/src/files-env.ts')] : [])];
        return Object.keys(env).filter((key) => !texts.some((text) => text.includes(`  ${key}:`)));
      });
    expect(unread).toEqual([]);
  });
});
