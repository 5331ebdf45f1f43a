/** How a JSON value is shown: what of it is opened, and how much at once. */
import type { Json } from '@colloquy/contracts';

/** Parts of a list or an object that are shown before the rest is asked for. */
export const FIRST_PARTS = 20;
/** Text that is longer is folded, in characters and lines. */
export const FOLD_CHARS = 1_200;
const FOLD_LINES = 16;
const BRIEF_CHARS = 80;

/** A value with parts. */
export type Group = readonly Json[] | Readonly<Record<string, Json>>;

/** True of a list or an object. */
export function isGroup(value: Json): value is Json[] | Record<string, Json> {
  return typeof value === 'object' && value !== null;
}

/** The parts of a value with their names; those of a list are counted from 1. */
export function partsOf(value: Group): [name: string, part: Json][] {
  return Array.isArray(value)
    ? (value as readonly Json[]).map((part, index) => [String(index + 1), part])
    : Object.entries(value);
}

/** True when one line is enough for each of its parts. */
export function isFlat(value: Group): boolean {
  return partsOf(value).every(([, part]) => !isGroup(part) || partsOf(part).length === 0);
}

/** What a closed group says of itself: its telling first words, never more than a line. */
export function briefOf(value: Group): string {
  const words = partsOf(value).flatMap(([, part]) => (isGroup(part) ? [] : [String(part)]));
  return shorten(words.join(' · ').replaceAll(/\s+/g, ' '), BRIEF_CHARS);
}

/** The beginning of a text that is shown before all of it is asked for; undefined when it is short enough. */
export function foldOf(text: string): string | undefined {
  const lines = text.split('\n', FOLD_LINES + 1);
  if (text.length <= FOLD_CHARS && lines.length <= FOLD_LINES) return undefined;
  return shorten(lines.slice(0, FOLD_LINES).join('\n'), FOLD_CHARS);
}

function shorten(text: string, chars: number): string {
  return text.length <= chars ? text : `${text.slice(0, chars).trimEnd()} …`;
}

/** A text that is itself JSON, as tools of other programs give it, as the value that it is. */
export function unwrapped(value: Json): Json {
  if (typeof value !== 'string' || !/^\s*[[{]/.test(value)) return value;
  try {
    return JSON.parse(value) as Json;
  } catch {
    return value;
  }
}

/** Longer half-written JSON is read at each flush for nothing: nobody follows it. */
const LONGEST_PARTIAL = 8_000;

/** The value that half-written JSON has so far; undefined while there is none that can be shown. */
export function partialJson(text: string): Json | undefined {
  if (text.length > LONGEST_PARTIAL) return undefined;
  for (const candidate of completions(text)) {
    try {
      return JSON.parse(candidate) as Json;
    } catch {
      continue;
    }
  }
  return undefined;
}

/** The text with what it needs at its end, from the mildest change to the boldest. */
function completions(text: string): string[] {
  const { closers, inString } = openParts(text);
  const ended = inString ? `${text.replace(/\\u?[\da-fA-F]{0,3}$/, '')}"` : text;
  const bare = ended.replace(/[,:]\s*$/, '');
  return [
    ended + closers,
    // A name whose value has not begun, or a value that is not a whole word yet.
    `${ended}:null${closers}`,
    bare + closers,
    `${bare}:null${closers}`,
    ended.replace(/[,{[:]?\s*[^\s,{[:"\]}]*$/, (tail) => (/^[{[]/.test(tail) ? tail.charAt(0) : '')) + closers,
    ended.replace(/,?\s*"(?:[^"\\]|\\.)*"\s*:\s*[^\s,"]*$/, '') + closers,
  ];
}

function openParts(text: string): { readonly closers: string; readonly inString: boolean } {
  let closers = '';
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const char = text.charAt(index);
    if (inString && char === '\\') index += 1;
    else if (char === '"') inString = !inString;
    else if (!inString) closers = closersAfter(closers, char);
  }
  return { closers, inString };
}

function closersAfter(closers: string, char: string): string {
  if (char === '{') return `}${closers}`;
  if (char === '[') return `]${closers}`;
  return char === '}' || char === ']' ? closers.slice(1) : closers;
}
