import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { SPAN_ATTRIBUTES, SPANS } from '@colloquy/contracts';
import { sourceFiles } from './house/source-files.ts';
import { root } from './paths.ts';

const PAGE = readFileSync(join(root, 'docs/reference/traces.md'), 'utf8');
/** The cells of each row whose first one is code. */
const rowsOf = (heading: string): string[][] =>
  (PAGE.split(`## ${heading}\n`)[1]?.split('\n## ')[0] ?? '')
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) => line.split('|').map((cell) => cell.trim().replaceAll('`', '')))
    .map(([, ...cells]) => cells);

const sources = sourceFiles(['.ts'], 'apps')
  .concat(sourceFiles(['.ts'], 'libs'))
  .filter((file) => !/\.test\.ts$|^libs\/testing\//.test(file))
  .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') }));
const textOf = (file: string): string => sources.find((source) => source.file === file)?.text ?? '';
/** What libs/service says by itself: it knows nothing of ours. */
const ofService = ['trace-requests', 'otel-tracer'].flatMap((name) =>
  [...textOf(`libs/service/src/${name}.ts`).matchAll(/'([a-z]+(?:\.[a-z_]+)+)'/g)].map(
    ([, attribute = '']) => attribute,
  ),
);

describe('docs/reference/traces.md', () => {
  it('has every span with its kind, and no other', () => {
    const rows = rowsOf('Spans').map(([name = '', kind = '']) => [name, kind]);
    expect(Object.fromEntries(rows)).toEqual({ ...SPANS, '{method} {route}': 'server' });
  });

  it('names the services that begin each span', () => {
    for (const [name = '', , services = ''] of rowsOf('Spans').filter(([name = '']) => name in SPANS)) {
      const files = sources.filter(
        ({ file, text }) => text.includes(`'${name}'`) && !file.startsWith('libs/contracts/'),
      );
      expect({ name, begun: files.length > 0 }).toEqual({ name, begun: true });
      for (const { file } of files.filter((source) => source.file.startsWith('apps/'))) {
        expect({ name, services }).toEqual({ name, services: expect.stringContaining(file.split('/')[1] ?? '') });
      }
    }
  });

  it('has every attribute, and no other', () => {
    const known = [...SPAN_ATTRIBUTES, ...ofService];
    expect(ofService).toEqual(expect.arrayContaining(['http.route', 'error.type', 'colloquy.request.id']));
    expect(rowsOf('Attributes').map(([name]) => name)).toEqual([...new Set(known)].sort());
  });

  it('has no attribute that nobody sets', () => {
    const code = sources.filter(({ file }) => file !== 'libs/contracts/src/tracing.ts').map(({ text }) => text);
    const [, helpers = ''] = textOf('libs/contracts/src/tracing.ts').split('/** Name and kind');
    const all = code.concat(helpers).join('\n');
    expect(SPAN_ATTRIBUTES.filter((name) => !all.includes(`'${name}'`))).toEqual([]);
  });
});
