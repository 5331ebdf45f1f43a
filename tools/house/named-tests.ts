/**
 * Keeps a table of tests honest: every test that a document names must exist, so that the table cannot rot.
 *
 * A document names a test by a link whose text is `file › title`, and whose target is the test's file. A title that ends with
 * `…` is the beginning of one. In a table whose third column is a status, `same` and `better` need a test, and `different` and
 * `not yet` need words: what is different, or what there is instead.
 */
import path from 'node:path';
import type { DocsFault, Repository } from './docs-check.ts';

/** What a row of a table of parity may say of itself. */
const STATUSES = ['same', 'better', 'different', 'not yet'] as const;

const LINK = /\[((?:[^[\]]|\[[^[\]]*\])*)\]\(([^)\s]+\.test\.tsx?)\)/g;
/** The first argument of `it`, `describe`, `it.each(…)` and their like. */
const TITLE =
  /(?:\b(?:it|describe)|\)|\])\s*\(\s*(?:'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`)\s*,/g;
const CASE = /^\s*it(?:\.each\b|\()/gm;

/** Every test that a document names and that is not there, and every row without what its status needs. */
export function checkNamedTests(file: string, repository: Repository): DocsFault[] {
  return repository
    .read(file)
    .split('\n')
    .flatMap((text, index) => {
      const messages = [...missingTests(text, file, repository), ...unprovenRow(text)];
      return messages.map((message) => ({ file, line: index + 1, message }));
    });
}

/** The test files that a section of a document links to, each once. */
export function linkedTests(file: string, heading: string, repository: Pick<Repository, 'read'>): string[] {
  const [, after = ''] = repository.read(file).split(`\n## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  return [...new Set([...section.matchAll(LINK)].map((link) => targetOf(file, link[2] ?? '')))];
}

/** The titles in a test file that have a mark, and that a document does not name. */
export function unnamedTests(file: string, mark: string, { document, read }: NamedBy): string[] {
  const names = [...read(document).matchAll(LINK)]
    .filter(([, , target = '']) => targetOf(document, target) === file)
    .map(([, name = '']) => plain(name.split(' › ').slice(1).join(' › ')));
  return titlesIn(read(file)).filter((title) => title.includes(mark) && !names.some((name) => isNameOf(name, title)));
}

interface NamedBy extends Pick<Repository, 'read'> {
  readonly document: string;
}

/** How many cases a test file has at least: a table of cases counts as one. */
export const casesIn = (file: string, { read }: Pick<Repository, 'read'>): number =>
  [...read(file).matchAll(CASE)].length;

function missingTests(text: string, from: string, repository: Repository): string[] {
  const links = [...text.matchAll(LINK)];
  if (links.length !== [...text.matchAll(/\.test\.tsx?\)/g)].length) return ['a link to a test cannot be read'];
  return links.flatMap(([, name = '', target = '']) => {
    const file = targetOf(from, target);
    if (!repository.files.includes(file)) return [`there is no ${file}`];
    const [base = '', ...rest] = name.split(' › ');
    if (path.posix.basename(file).replace(/\.test\.tsx?$/, '') !== base)
      return [`"${base}" is not the name of ${file}`];
    if (rest.length === 0) return [];
    const title = plain(rest.join(' › '));
    return hasTitle(repository.read(file), title) ? [] : [`${file} has no test "${title}"`];
  });
}

const hasTitle = (source: string, wanted: string): boolean => titlesIn(source).some((title) => isNameOf(wanted, title));

function titlesIn(source: string): string[] {
  return [...source.matchAll(TITLE)].map(([, single, double, template]) => plain(single ?? double ?? template ?? ''));
}

const isNameOf = (name: string, title: string): boolean =>
  name.endsWith(' …') ? title.startsWith(name.slice(0, -' …'.length)) : title === name;

/** A title as it is compared: quotation marks of any kind are alike, since Markdown has uses of its own for them. */
const plain = (title: string): string => title.replaceAll(/\\(.)/g, '$1').replaceAll(/['"`’“”]/g, '’');

const targetOf = (from: string, target: string): string =>
  path.posix.normalize(path.posix.join(path.posix.dirname(from), target));

function unprovenRow(text: string): string[] {
  const cells = text.split(/(?<!\\)\|/).map((cell) => cell.trim());
  const [, , here = '', status = '', tests = ''] = cells;
  const isRow = cells.length === 6 && status !== '' && !/^:?-+:?$/.test(status);
  return isRow ? unproven({ here, status, tests }) : [];
}

function unproven({ here, status, tests }: Readonly<Record<'here' | 'status' | 'tests', string>>): string[] {
  if (!STATUSES.some((known) => known === status)) return [`"${status}" is not one of: ${STATUSES.join(', ')}`];
  if (here === '') return ['it says nothing of what there is here'];
  const claims = status === 'same' || status === 'better';
  return claims && !tests.includes(' › ') ? [`"${status}" needs a test`] : [];
}
