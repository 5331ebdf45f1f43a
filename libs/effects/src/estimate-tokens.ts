import { IMAGE_TOKENS, MAX_FILE_TEXT, type Attachment } from '@colloquy/contracts';
import type { ModelRequest } from '@colloquy/engine';
import { filesIn } from './load-files.ts';
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
  const written = parts.reduce((sum, part) => sum + estimateTokens(JSON.stringify(part)), 0);
  return filesIn(request.messages).reduce((sum, file) => sum + fileTokens(file), written);
}

/** What is in it is not known here: its size is. */
function fileTokens({ type, size }: Attachment): number {
  return type.startsWith('image/') ? IMAGE_TOKENS : Math.ceil(Math.min(size, MAX_FILE_TEXT) / BYTES_PER_TOKEN);
}
