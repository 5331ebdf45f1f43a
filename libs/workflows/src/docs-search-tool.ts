import { z } from 'zod';
import { defineTool, type Tool } from './define-tool.ts';
import { createDocsSearch } from './docs-search.ts';

/** A tool `search_docs` that searches the documentation in a folder, as {@link createDocsSearch} does. */
export function docsSearchTool(dir: string): Tool {
  const docs = createDocsSearch(dir);
  return defineTool({
    name: 'search_docs',
    description: 'Searches the documentation of Colloquy. Gives the passages that fit best, each with its file.',
    idempotent: true,
    timeoutMs: 10_000,
    input: z.object({ query: z.string().min(1).describe('The telling words of the question') }),
    async run({ query }) {
      const results = await docs.search(query);
      return results.length > 0 ? { results } : { results, note: 'Nothing fits. Try other words.' };
    },
  });
}
