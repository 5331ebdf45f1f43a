/** Regular expressions of a workflow, on texts of anybody. A pattern that is none finds nothing. */

/** Longest text that a pattern is tried on, in UTF-16 code units: what takes long takes longer on longer texts. */
const SEEN_LENGTH = 100_000;

/** The pattern; undefined when it is none. `flags` are those of JavaScript. */
export function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

/** True when the pattern is found in the beginning of the text. */
export function found(pattern: string, flags: string, text: string): boolean {
  // With `g` or `y` a pattern remembers where it was.
  return compiled(pattern, flags.replace(/[gy]/g, ''))?.test(text.slice(0, SEEN_LENGTH)) ?? false;
}

/** The text with everything that the pattern finds replaced. What is too long to be looked at is left out. */
export function masked(pattern: string, flags: string, { text, by }: { text: string; by: string }): string {
  const all = compiled(pattern, `${flags.replace(/[gy]/g, '')}g`);
  if (all === undefined) return text;
  const seen = text.slice(0, SEEN_LENGTH).replace(all, () => by);
  return text.length > SEEN_LENGTH ? `${seen} […]` : seen;
}
