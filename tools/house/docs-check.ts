/**
 * Keeps the documents honest: every path, link, command, flag and quoted file in them must exist as written.
 *
 * What is looked at, in every Markdown file:
 * 1. links to files and headings of this repository;
 * 2. paths in `code` and in shell blocks, when they begin with a folder of this repository; `*` and `<name>` match any
 *    one part;
 * 3. `npm start`, `npm test` and `npm run x` with their flags, against package.json and the help of each command;
 * 4. code blocks marked ` ```ts file=path `, whose lines must stand in that file, one after the other.
 */
import path from 'node:path';

/** What is wrong, and where. */
export interface DocsFault {
  readonly file: string;
  readonly line: number;
  readonly message: string;
}

/** The repository as the check sees it. Paths are relative to its root, with forward slashes. */
export interface Repository {
  /** All files that documents may name. */
  readonly files: readonly string[];
  /** The text of a file. */
  read(file: string): string;
  /** The names of the npm scripts. */
  readonly scripts: readonly string[];
  /** The help text of a command of ours; undefined for a script without one. */
  help(command: string): string | undefined;
}

interface Line {
  readonly text: string;
  readonly number: number;
}
interface Block {
  readonly info: string;
  readonly line: number;
  readonly lines: readonly Line[];
}
interface Document {
  readonly file: string;
  readonly prose: readonly Line[];
  readonly blocks: readonly Block[];
}

const SHELLS = new Set(['bash', 'sh', 'shell', 'console']);

/** Everything wrong in the given Markdown files. */
export function checkDocs(documents: readonly string[], repository: Repository): DocsFault[] {
  return documents.flatMap((file) => {
    const document = parse(file, repository.read(file));
    const shell = document.blocks
      .filter(({ info }) => SHELLS.has(info.split(' ')[0] ?? ''))
      .flatMap(({ lines }) => lines);
    const code = [...shell, ...document.prose.flatMap(inlineCode)];
    const faults = (lines: readonly Line[], find: (text: string) => string[]): DocsFault[] =>
      lines.flatMap(({ text, number }) => find(text).map((message) => ({ file, line: number, message })));
    return [
      ...faults(document.prose, (text) => brokenLinks(text, file, repository)),
      ...faults(code, (text) => missingPaths(text, repository)),
      ...faults(code, (text) => wrongCommands(text, repository)),
      ...document.blocks.flatMap((block) =>
        staleQuote(block, repository).map((message) => ({ file, line: block.line, message })),
      ),
    ];
  });
}

function parse(file: string, text: string): Document {
  const prose: Line[] = [];
  const blocks: { info: string; line: number; lines: Line[] }[] = [];
  let open: { info: string; line: number; lines: Line[] } | undefined;
  for (const [index, line] of text.split('\n').entries()) {
    const fence = /^\s*```(.*)$/.exec(line);
    if (fence !== null && open === undefined)
      blocks.push((open = { info: (fence[1] ?? '').trim(), line: index + 1, lines: [] }));
    else if (fence !== null) open = undefined;
    else (open?.lines ?? prose).push({ text: line, number: index + 1 });
  }
  return { file, prose, blocks };
}

const inlineCode = ({ text, number }: Line): Line[] =>
  [...text.matchAll(/`([^`]+)`/g)].map((match) => ({ text: match[1] ?? '', number }));

function brokenLinks(text: string, from: string, repository: Repository): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].flatMap((match) => {
    const target = match[1] ?? '';
    if (/^[a-z]+:/.test(target)) return [];
    const [link = '', heading] = target.split('#');
    const file = link === '' ? from : path.posix.join(path.posix.dirname(from), link);
    if (!exists(file, repository)) return [`the link ${target} leads nowhere`];
    if (heading === undefined || !file.endsWith('.md')) return [];
    return headings(repository.read(file)).includes(heading) ? [] : [`${file} has no heading #${heading}`];
  });
}

const headings = (markdown: string): string[] =>
  [...markdown.matchAll(/^#+ +(.+)$/gm)].map((match) =>
    (match[1] ?? '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-'),
  );

function missingPaths(text: string, repository: Repository): string[] {
  const roots = new Set(repository.files.filter((file) => file.includes('/')).map((file) => file.split('/')[0]));
  return text.split(/[\s"'=();]+|,(?![^{]*\})/).flatMap((word) => {
    const name = word.replace(/^\.\//, '').replace(/(:\d+)?[.:]*$/, '');
    const isPath = name.includes('/') && roots.has(name.split('/')[0]);
    return isPath && !exists(name, repository) ? [`there is no ${name}`] : [];
  });
}

function exists(name: string, { files }: Repository): boolean {
  const pattern = name
    .replace(/\/$/, '')
    .split('/')
    .map((part) =>
      part === '**' ? '.*' : part.replace(/[.+^$()|[\]\\]/g, '\\$&').replace(/\{([^}]*)\}|<[^>]+>|\*/g, alternative),
    )
    .join('/');
  const wanted = new RegExp(`^${pattern}(/|$)`);
  return name === '.' || files.some((file) => wanted.test(file));
}

const alternative = (_all: string, list: string | undefined): string =>
  list === undefined ? '[^/]*' : `(${list.replaceAll(',', '|')})`;

function wrongCommands(text: string, repository: Repository): string[] {
  const commands = text.matchAll(/\bnpm (?:(start|test)\b|run ([\w:-]+))((?: +--(?= ))?)([^#&|;]*)/g);
  return [...commands].flatMap((match) => {
    const script = match[1] ?? match[2] ?? '';
    if (!repository.scripts.includes(script)) return [`package.json has no script "${script}"`];
    const rest = match[4] ?? '';
    const flags = [...rest.matchAll(/--[a-z][a-z-]*/g)].map((flag) => flag[0]);
    if (flags.length > 0 && match[3] === '')
      return [`npm keeps ${flags.join(' ')} for itself: write "npm … -- ${flags.join(' ')}"`];
    const help = repository.help(script);
    const known = [...(help ?? '').matchAll(/--[a-z][a-z-]*/g)].map((flag) => flag[0]);
    return flags
      .filter((flag) => help !== undefined && !known.includes(flag))
      .map((flag) => `${script} has no ${flag}`);
  });
}

function staleQuote({ info, lines }: Block, repository: Repository): string[] {
  const file = /\bfile=(\S+)/.exec(info)?.[1];
  if (file === undefined) return [];
  if (!repository.files.includes(file)) return [`the quoted ${file} does not exist`];
  const flat = (texts: readonly string[]): string =>
    texts
      .map((text) => text.trim())
      .filter((text) => text !== '')
      .join('\n');
  const source = `\n${flat(repository.read(file).split('\n'))}\n`;
  const quote = `\n${flat(lines.map(({ text }) => text))}\n`;
  return source.includes(quote) ? [] : [`the block is not what stands in ${file}`];
}
