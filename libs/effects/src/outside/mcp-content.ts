import { jsonSchema, type Json } from '@colloquy/contracts';
import { ToolError } from '@colloquy/workflows';
import type { CallToolResult, ContentBlock } from '@modelcontextprotocol/sdk/types.js';

/**
 * What an MCP tool answered, as a model reads it: its structured content, else its texts, with a short note for what is
 * no text.
 * @throws ToolError with what it said, when it says that it failed
 */
export function mcpContent(result: CallToolResult): Json {
  const text = result.content.map(partText).join('\n');
  if (result.isError === true) throw new ToolError(text.trim() === '' ? 'The tool failed and did not say why.' : text);
  if (result.structuredContent === undefined) return text;
  return jsonSchema.parse(result.structuredContent);
}

function partText(part: ContentBlock): string {
  switch (part.type) {
    case 'text':
      return part.text;
    case 'image':
    case 'audio':
      return `[${part.type}: ${part.mimeType}, ${bytesOf(part.data)} bytes]`;
    case 'resource_link':
      return `[link: ${part.name} ${part.uri}]`;
    case 'resource': {
      const { resource } = part;
      if ('text' in resource) return resource.text;
      return `[resource: ${resource.uri}, ${bytesOf(resource.blob)} bytes]`;
    }
  }
}

/** Size of what is written as base64. */
const bytesOf = (base64: string): number => Math.floor((base64.replace(/=+$/, '').length * 3) / 4);
