import type { ModelRequest } from '@colloquy/engine';
import { toOpenAiRequest } from './to-openai.ts';

/** What a token of English text and JSON comes to on average, in bytes of UTF-8. */
const BYTES_PER_TOKEN = 4;

/** A rough count of the tokens in a text, when nobody counted them; 0 for no text. */
export function estimateTokens(text: string): number {
  return Math.ceil(Buffer.byteLength(text) / BYTES_PER_TOKEN);
}

/** A rough count of the tokens of a request: its messages, its tools, and the form of its reply. */
export function estimatePromptTokens(request: ModelRequest): number {
  const { messages, tools, response_format } = toOpenAiRequest(request, request.model);
  const parts = [messages, tools, response_format].filter((part) => part !== undefined);
  return parts.reduce((sum, part) => sum + estimateTokens(JSON.stringify(part)), 0);
}
