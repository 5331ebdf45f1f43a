// A server of the Model Context Protocol over stdio: looks words up in glossary.json. Started by the workflow's `mcp`.
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { readFile } from 'node:fs/promises';
import { z } from 'zod';

/** @type {Record<string, string>} */
const glossary = JSON.parse(await readFile(new URL('glossary.json', import.meta.url), 'utf8'));

const server = new McpServer({ name: 'glossary', version: '1.0.0' });

server.registerTool(
  'look_up',
  {
    description:
      'Explains the words of Colloquy that a text uses. Gives each word that the glossary has, with its meaning.',
    inputSchema: { text: z.string().min(1).describe('A question, or some words') },
    annotations: { readOnlyHint: true, idempotentHint: true },
  },
  ({ text }) => {
    const used = new Set(text.toLowerCase().match(/[a-z]+/g) ?? []);
    const results = Object.entries(glossary)
      .filter(([word]) => used.has(word) || used.has(`${word}s`))
      .map(([word, meaning]) => ({ title: word, excerpt: meaning }));
    return { content: [{ type: 'text', text: JSON.stringify({ results }) }] };
  },
);

await server.connect(new StdioServerTransport());
