import type { Client } from '@modelcontextprotocol/sdk/client/index.js';
import type { Tool as ListedTool } from '@modelcontextprotocol/sdk/types.js';

const MAX_PAGES = 100;
/** Most tools of one server. */
export const MAX_TOOLS = 1000;
/** Most that they may be together, in UTF-16 code units of their JSON: they are kept, and go into definitions. */
export const MAX_LIST_LENGTH = 1024 * 1024;

/** A server lists more than can be used of one. Its message is for everybody. */
export class ListTooLargeError extends Error {
  override readonly name = 'ListTooLargeError';
}

/** The tools of a server, page by page. @throws ListTooLargeError; any error of the way to the server */
export async function listMcpTools(
  client: Client,
  options: { readonly signal: AbortSignal; readonly timeout: number },
): Promise<readonly ListedTool[]> {
  if (client.getServerCapabilities()?.tools === undefined) return [];
  const tools: ListedTool[] = [];
  let length = 0;
  let cursor: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const answer = await client.listTools(cursor === undefined ? {} : { cursor }, options);
    tools.push(...answer.tools);
    length += JSON.stringify(answer.tools).length;
    if (tools.length > MAX_TOOLS) throw new ListTooLargeError(`It lists more than ${String(MAX_TOOLS)} tools.`);
    if (length > MAX_LIST_LENGTH) throw new ListTooLargeError('The descriptions of its tools are larger than 1 MiB.');
    cursor = answer.nextCursor;
    if (cursor === undefined) break;
  }
  return tools;
}
