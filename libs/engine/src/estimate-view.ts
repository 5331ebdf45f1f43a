import { IMAGE_TOKENS, MAX_FILE_TEXT } from '@colloquy/contracts';
import type { ModelMessage, ModelRequest } from './types.ts';

/** What a token of English text and JSON comes to on average, in bytes of UTF-8. */
const BYTES_PER_TOKEN = 4;

/** What a provider adds to each message: who says it, and where it ends. */
const TOKENS_PER_MESSAGE = 4;

/** The name of a file and the fence around its text. */
const TOKENS_PER_FENCE = 16;

/** A rough count of the tokens of messages. Pure, and the same everywhere: what is left out of a view depends on it. */
export function estimateMessages(messages: readonly ModelMessage[]): number {
  return messages.reduce(
    (sum, message) => sum + TOKENS_PER_MESSAGE + Math.ceil(bytesOf(message) / BYTES_PER_TOKEN) + fileTokens(message),
    0,
  );
}

/** A rough count of the tokens of tools and of the form of a reply: a provider counts their schemas as a part of the prompt. */
export function estimateSchemas({ tools, responseFormat }: Pick<ModelRequest, 'tools' | 'responseFormat'>): number {
  const written = [...tools, ...(responseFormat === undefined ? [] : [responseFormat])];
  return written.reduce((sum, each) => sum + Math.ceil(utf8Length(JSON.stringify(each)) / BYTES_PER_TOKEN), 0);
}

/** Texts go into a prompt up to a length, pictures for what a provider takes for a large one. */
function fileTokens(message: ModelMessage): number {
  const files = message.role === 'user' || message.role === 'system' ? (message.files ?? []) : [];
  return files.reduce((sum, { type, size, name }) => {
    if (type.startsWith('image/')) return sum + IMAGE_TOKENS;
    return sum + Math.ceil((Math.min(size, MAX_FILE_TEXT) + utf8Length(name)) / BYTES_PER_TOKEN) + TOKENS_PER_FENCE;
  }, 0);
}

function bytesOf(message: ModelMessage): number {
  const content = utf8Length(message.content ?? '');
  const calls = message.role === 'assistant' ? message.toolCalls : undefined;
  return calls === undefined ? content : content + utf8Length(JSON.stringify(calls));
}

/** Bytes of a text in UTF-8; a surrogate counts two, so that a pair is four. */
function utf8Length(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 0x80) bytes += 1;
    else if (code < 0x800 || (code >= 0xd800 && code < 0xe000)) bytes += 2;
    else bytes += 3;
  }
  return bytes;
}
