import type { Json } from '@colloquy/contracts';

/** Largest result of a tool, in bytes of JSON: a few of them must fit into one commit, and into a model's context. */
export const MAX_RESULT_BYTES = 64 * 1024;

const MARK = '\n[… cut: the result was too large]';

/** A result that fits. A value that does not becomes the beginning of its text. */
export function cutResult(value: Json): { readonly value: Json; readonly truncated: boolean } {
  if (jsonBytes(value) <= MAX_RESULT_BYTES) return { value, truncated: false };
  const room = MAX_RESULT_BYTES - jsonBytes(MARK);
  let text = (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, room);
  for (let bytes = jsonBytes(text); bytes > room; bytes = jsonBytes(text))
    text = text.slice(0, Math.floor((text.length * room) / bytes));
  return { value: text.replace(/[\uD800-\uDBFF]$/, '') + MARK, truncated: true };
}

/** Size of a value on the log, in bytes. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
