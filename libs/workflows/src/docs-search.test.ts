import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ToolContext } from './define-tool.ts';
import { createDocsSearch, splitByHeading } from './docs-search.ts';
import { docsSearchTool } from './docs-search-tool.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'colloquy-docs-'));
  await mkdir(path.join(root, 'docs/guides'), { recursive: true });
  await writeFile(path.join(root, 'README.md'), '# House\n\nIntro.\n\n## Start\n\nRun npm start to begin.\n');
  await writeFile(
    path.join(root, 'docs/guides/cursor.md'),
    `# Reconnect\n\n## Cursor\n\n${'Filler text about other things.\n\n'.repeat(40)}The cursor is an opaque position in a chat.\n`,
  );
  await writeFile(
    path.join(root, 'docs/guides/budget.md'),
    '# Budgets\n\nA budget stops a run before the next model call.\n',
  );
  await writeFile(path.join(root, 'docs/secret.txt'), 'cursor cursor cursor');
});
afterAll(async () => {
  await rm(root, { recursive: true });
});

describe('createDocsSearch', () => {
  it('finds the section that speaks of it, with the passage that does', async () => {
    const [first] = await createDocsSearch(root).search('What is a cursor?');
    expect(first).toMatchObject({ title: 'Reconnect › Cursor', path: 'docs/guides/cursor.md' });
    expect(first?.excerpt).toMatch(/opaque position/);
    expect(first?.excerpt.length).toBeLessThanOrEqual(601);
  });

  it('matches other forms of a word, and small slips', async () => {
    const search = createDocsSearch(root);
    expect((await search.search('budge'))[0]?.path).toBe('docs/guides/budget.md');
    expect((await search.search('budgts'))[0]?.path).toBe('docs/guides/budget.md');
    expect((await search.search('how do I start'))[0]?.title).toBe('House › Start');
  });

  it('gives nothing for what is not there, and when there are no documents', async () => {
    expect(await createDocsSearch(root).search('zebra')).toEqual([]);
    expect(await createDocsSearch(path.join(root, 'nowhere')).search('cursor')).toEqual([]);
  });

  it('gives no more than asked for', async () => {
    expect(await createDocsSearch(root).search('cursor budget start', 2)).toHaveLength(2);
  });
});

describe('splitByHeading', () => {
  it('keeps the titles above, and takes no heading from a code block', () => {
    expect(splitByHeading('a.md', 'top\n# A\n## B\nb\n```sh\n# no heading\n```\n## C\nc\n# D\nd')).toEqual([
      { title: 'a.md', path: 'a.md', text: 'top' },
      { title: 'A › B', path: 'a.md', text: 'b\n```sh\n# no heading\n```' },
      { title: 'A › C', path: 'a.md', text: 'c' },
      { title: 'D', path: 'a.md', text: 'd' },
    ]);
  });
});

describe('docsSearchTool', () => {
  const ctx: ToolContext = {
    chatId: 'chat',
    runId: 'run',
    callId: 'call',
    agent: 'a',
    userId: 'ada',
    variables: {},
    attempt: 1,
    idempotencyKey: 'key',
    signal: new AbortController().signal,
    workflowDir: '/',
    progress: () => undefined,
  };

  it('gives a model what fits, or tells it to try other words', async () => {
    const tool = docsSearchTool(root);
    expect(tool).toMatchObject({ name: 'search_docs', idempotent: true, onInterrupted: 'retry' });
    expect(await tool.invoke({ query: 'cursor' }, ctx)).toMatchObject({ results: [{ path: 'docs/guides/cursor.md' }] });
    expect(await tool.invoke({ query: 'zebra' }, ctx)).toEqual({ results: [], note: 'Nothing fits. Try other words.' });
    await expect(tool.invoke({ query: '' }, ctx)).rejects.toThrow('query');
  });
});
