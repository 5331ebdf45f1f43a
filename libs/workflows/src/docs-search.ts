import MiniSearch from 'minisearch';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A passage that fits a query. */
export interface DocsHit {
  /** Title of the document, then of the section. */
  readonly title: string;
  /** Path of the document from the searched folder, with forward slashes. */
  readonly path: string;
  /** The part of the section that fits best. */
  readonly excerpt: string;
}

/** A search over documents. */
export interface DocsSearch {
  /** The best passages first. Empty when nothing fits, or when there are no documents. */
  search(query: string, limit?: number): Promise<readonly DocsHit[]>;
}

/** A section of a document: what one hit is. */
export interface DocsSection {
  readonly title: string;
  readonly path: string;
  readonly text: string;
}

const TOP_LEVEL = ['README.md', 'ARCHITECTURE.md'];
const EXCERPT_LENGTH = 600;
const DEFAULT_LIMIT = 4;

/** Words so common in English that they tell passages apart by accident only. */
const STOP_WORDS = new Set(
  (
    'a an and are as at be by can do does for from has have how i in is it its me my of on or our that the this to was ' +
    'we what when where which who why will with you your'
  ).split(' '),
);

/** One index for each folder and process: documents are files of the installation and do not change under it. */
const indexes = new Map<string, Promise<MiniSearch<DocsSection & { id: number }>>>();

/**
 * Searches `README.md`, `ARCHITECTURE.md` and all Markdown under `docs/` of a folder, section by section, ranked by
 * BM25+. The index is built at the first search and shared by the whole process.
 */
export function createDocsSearch(dir: string): DocsSearch {
  const root = path.resolve(dir);
  return {
    async search(query, limit = DEFAULT_LIMIT) {
      const index = await indexOf(root);
      return index
        .search(query)
        .slice(0, limit)
        .map((hit) => ({
          title: String(hit['title']),
          path: String(hit['path']),
          excerpt: excerpt(String(hit['text']), hit.queryTerms),
        }));
    },
  };
}

function indexOf(root: string): Promise<MiniSearch<DocsSection & { id: number }>> {
  const known = indexes.get(root);
  if (known !== undefined) return known;
  const building = buildIndex(root);
  indexes.set(root, building);
  building.catch(() => indexes.delete(root));
  return building;
}

async function buildIndex(root: string): Promise<MiniSearch<DocsSection & { id: number }>> {
  const index = new MiniSearch<DocsSection & { id: number }>({
    fields: ['title', 'text'],
    storeFields: ['title', 'path', 'text'],
    processTerm: (term) => {
      const word = term.toLowerCase();
      return STOP_WORDS.has(word) ? null : word;
    },
    searchOptions: {
      boost: { title: 2 },
      prefix: (term) => term.length > 3,
      fuzzy: (term) => (term.length > 5 ? 0.15 : false),
    },
  });
  const files = await documents(root);
  const sections = await Promise.all(
    files.map(async (file) => splitByHeading(file, await readFile(path.join(root, file), 'utf8'))),
  );
  index.addAll(sections.flat().map((section, id) => ({ ...section, id })));
  return index;
}

async function documents(root: string): Promise<string[]> {
  const top = await readdir(root).catch((): string[] => []);
  const docs = await readdir(path.join(root, 'docs'), { recursive: true }).catch((): string[] => []);
  return [
    ...TOP_LEVEL.filter((file) => top.includes(file)),
    ...docs
      .filter((file) => file.endsWith('.md'))
      .map((file) => `docs/${file.replaceAll(path.sep, '/')}`)
      .sort(),
  ];
}

/** The sections of a Markdown document; a heading inside a code block is none. */
export function splitByHeading(file: string, markdown: string): DocsSection[] {
  const sections: { titles: string[]; lines: string[] }[] = [{ titles: [], lines: [] }];
  let fenced = false;
  for (const line of markdown.split('\n')) {
    if (/^\s*(```|~~~)/.test(line)) fenced = !fenced;
    const heading = fenced ? null : /^(#{1,6})\s+(.+?)\s*#*$/.exec(line);
    if (heading === null) sections.at(-1)?.lines.push(line);
    else sections.push({ titles: titlesUnder(sections.at(-1)?.titles ?? [], heading), lines: [] });
  }
  return sections
    .map(({ titles, lines }) => ({
      title: titles.filter(Boolean).join(' › ') || file,
      path: file,
      text: lines.join('\n').trim(),
    }))
    .filter(({ text }) => text !== '');
}

function titlesUnder(above: readonly string[], heading: RegExpExecArray): string[] {
  const depth = (heading[1] ?? '').length - 1;
  return [...Array.from({ length: depth }, (_, level) => above[level] ?? ''), heading[2] ?? ''];
}

/** The stretch of `text` that holds most of the terms. */
function excerpt(text: string, terms: readonly string[]): string {
  if (text.length <= EXCERPT_LENGTH) return text;
  const paragraphs = text.split(/\n\s*\n/);
  const score = (paragraph: string): number => {
    const lower = paragraph.toLowerCase();
    return terms.filter((term) => lower.includes(term)).length;
  };
  const best = paragraphs.reduce(
    (top, paragraph, at) => (score(paragraph) > score(paragraphs[top] ?? '') ? at : top),
    0,
  );
  const from = paragraphs.slice(best).join('\n\n');
  return from.length <= EXCERPT_LENGTH ? from : `${from.slice(0, EXCERPT_LENGTH).trimEnd()}…`;
}
