import type { Json } from '@colloquy/contracts';

/** Largest result of a tool, in bytes of JSON: a few of them must fit into one commit, and into a model's context. */
export const MAX_RESULT_BYTES = 64 * 1024;

/**
 * A result that fits. A value that does not becomes the beginning of its text, with a note that says how much there was.
 * @param maxLength - of its JSON, in UTF-16 code units; {@link MAX_RESULT_BYTES} counts in any case
 */
export function cutResult(value: Json, maxLength = Infinity): { readonly value: Json; readonly truncated: boolean } {
  const json = JSON.stringify(value);
  if (json.length <= maxLength && Buffer.byteLength(json) <= MAX_RESULT_BYTES) return { value, truncated: false };
  const whole = typeof value === 'string' ? value : json;
  const mark = `\n[… cut: the result had ${String(whole.length)} characters]`;
  const text = longestThatFits(whole, (part) => fits(part + mark, maxLength));
  return { value: text.replace(/[\uD800-\uDBFF]$/, '') + mark, truncated: true };
}

/** The longest beginning that fits; the note alone when nothing does. */
function longestThatFits(text: string, does: (part: string) => boolean): string {
  // No character takes less than a byte, so more than that many need not be looked at.
  let [fitting, tooMuch] = [0, Math.min(text.length, MAX_RESULT_BYTES) + 1];
  while (tooMuch - fitting > 1) {
    const middle = Math.floor((fitting + tooMuch) / 2);
    if (does(text.slice(0, middle))) fitting = middle;
    else tooMuch = middle;
  }
  return text.slice(0, fitting);
}

function fits(text: string, maxLength: number): boolean {
  const json = JSON.stringify(text);
  return json.length <= maxLength && Buffer.byteLength(json) <= MAX_RESULT_BYTES;
}

/** Size of a value on the log, in bytes. */
export function jsonBytes(value: Json): number {
  return Buffer.byteLength(JSON.stringify(value));
}
