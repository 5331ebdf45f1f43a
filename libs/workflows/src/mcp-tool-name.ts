import { createHash } from 'node:crypto';

const LONGEST = 64;

/** What a model calls a tool of an MCP server: `<server>_<tool>`, made of what every provider takes. */
export function mcpToolName(server: string, tool: string): string {
  const wanted = `${server}_${tool}`;
  const legal = wanted.replace(/[^A-Za-z0-9_-]/g, '_');
  if (legal === wanted && legal.length <= LONGEST) return legal;
  // What was changed could be the name of another tool: the hash of the true one keeps them apart.
  const mark = createHash('sha256').update(wanted).digest('hex').slice(0, 8);
  return `${legal.slice(0, LONGEST - mark.length - 1)}_${mark}`;
}

/** The server of a workflow whose tool has this name, or is meant by `<server>_*`; the longest that fits. */
export function serverOfTool(name: string, servers: readonly string[]): string | undefined {
  return servers.filter((server) => name.startsWith(`${server}_`)).sort((a, b) => b.length - a.length)[0];
}
