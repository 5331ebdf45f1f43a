import { createDocsSearch, defineTool } from '@colloquy/workflows';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

const docs = createDocsSearch(fileURLToPath(new URL('../../', import.meta.url)));

export const searchDocs = defineTool({
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
