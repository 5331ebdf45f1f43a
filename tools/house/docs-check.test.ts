import { describe, expect, it } from '@jest/globals';
import { checkDocs, type Repository } from './docs-check.ts';
import { documents, thisRepository } from './repository.ts';

const source = ['export function add(a: number, b: number) {', '  return a + b;', '}', ''].join('\n');
const repository = (page: string): Repository => ({
  files: ['README.md', 'docs/guide.md', 'apps/edge/src/main.ts', 'apps/edge/src/app.ts', 'libs/store/src/add.ts'],
  read: (file) =>
    ({
      'README.md': page,
      'docs/guide.md': '# A guide\n\n## How it works, `really`\n',
      'libs/store/src/add.ts': source,
    })[file] ?? '',
  scripts: ['start', 'test', 'check', 'build'],
  help: (command) => (command === 'start' ? '--port <n>  the port\n--no-web' : undefined),
});
const faults = (page: string): string[] =>
  checkDocs(['README.md'], repository(page)).map(({ line, message }) => `${line}: ${message}`);

describe('the check of the documents', () => {
  it.each([
    ['a link to a file that is gone', '[x](docs/gone.md)', '1: the link docs/gone.md leads nowhere'],
    ['a link to a heading that is gone', 'a\n[x](docs/guide.md#never)', '2: docs/guide.md has no heading #never'],
    ['a path in code', 'see `apps/edge/src/gone.ts`', '1: there is no apps/edge/src/gone.ts'],
    [
      'a path with a placeholder that nothing fills',
      '`libs/<name>/src/gone.ts`',
      '1: there is no libs/<name>/src/gone.ts',
    ],
    ['a path in a shell block', '```bash\nnode apps/gone.mjs\n```', '2: there is no apps/gone.mjs'],
    ['a script', 'run `npm run gone`', '1: package.json has no script "gone"'],
    ['a flag', '```sh\nnpm start -- --gone\n```', '2: start has no --gone'],
    [
      'a flag that npm would swallow',
      '`npm start --port 4000`',
      '1: npm keeps --port for itself: write "npm … -- --port"',
    ],
    [
      'a quote of a file that is gone',
      '```ts file=libs/store/src/gone.ts\n```',
      '1: the quoted libs/store/src/gone.ts does not exist',
    ],
    [
      'a quote that has drifted',
      '\n```ts file=libs/store/src/add.ts\nreturn a - b;\n```',
      '2: the block is not what stands in libs/store/src/add.ts',
    ],
  ])('finds %s', (_title, page, expected) => {
    expect(faults(page)).toEqual([expected]);
  });

  it.each([
    ['links', '[x](docs/guide.md#how-it-works-really) [y](https://example.org/a) [z](docs)'],
    [
      'paths, with placeholders, globs and lists',
      '`apps/<name>/src/main.ts` `apps/*/src` `apps/edge/src/{main,app}.ts` `and/or`',
    ],
    ['commands', 'run `npm start -- --port 4000 --no-web` or `npm test`\n```bash\nnpm run check   # lint\n```'],
    ['a quote', '```ts file=libs/store/src/add.ts\n  return a + b;\n}\n```'],
    ['other code blocks', '```json\n{"path": "apps/gone"}\n```'],
  ])('accepts %s that are there', (_title, page) => {
    expect(faults(page)).toEqual([]);
  });
});

describe('our documents', () => {
  it('name only paths, links, commands and flags that exist', () => {
    expect(checkDocs(documents(), thisRepository())).toEqual([]);
  });
});
