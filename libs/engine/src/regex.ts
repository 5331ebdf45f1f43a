/** Regular expressions of a workflow, on texts of anybody. A pattern that is none finds nothing. */

/**
 * Longest part of a text that a pattern is tried on at once, in UTF-16 code units: what takes long takes longer on longer
 * texts. A longer text is looked at part by part.
 */
const SEEN_LENGTH = 100_000;

/** From one part to the next. They overlap: what is no longer than half a part stands in one of them as a whole. */
const STEP = SEEN_LENGTH / 2;

/** The pattern; undefined when it is none. `flags` are those of JavaScript. */
export function compiled(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags);
  } catch {
    return undefined;
  }
}

/** True when the pattern is found in the text. The beginning of the text is one place, not that of every part. */
export function found(pattern: string, flags: string, text: string): boolean {
  const from = compiled(pattern, `${flags.replace(/[gy]/g, '')}g`);
  if (from === undefined) return false;
  for (let start = 0; ; start += STEP) {
    const end = start + SEEN_LENGTH;
    from.lastIndex = start;
    if (from.test(text.slice(0, end))) return true;
    if (end >= text.length) return false;
  }
}

/** The text with everything that the pattern finds replaced. */
export function masked(pattern: string, flags: string, { text, by }: { text: string; by: string }): string {
  const all = compiled(pattern, `${flags.replace(/[gy]/g, '')}g`);
  if (all === undefined) return text;
  if (text.length <= SEEN_LENGTH) return text.replace(all, () => by);
  let left = '';
  let end = 0;
  for (const place of placesOf(all, text)) {
    left += `${text.slice(end, place.start)}${by}`;
    ({ end } = place);
  }
  return left + text.slice(end);
}

interface Place {
  readonly start: number;
  end: number;
}

/** Where the pattern is found in a text that is looked at part by part; what two parts find of one place is one. */
function placesOf(all: RegExp, text: string): readonly Place[] {
  const places: Place[] = [];
  for (let start = 0; start === 0 || start + STEP < text.length; start += STEP) {
    places.push(...placesIn(all, text.slice(0, start + SEEN_LENGTH), start));
  }
  const joined: Place[] = [];
  for (const place of places.sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last !== undefined && place.start < last.end) last.end = Math.max(last.end, place.end);
    else joined.push(place);
  }
  return joined;
}

function placesIn(all: RegExp, part: string, from: number): Place[] {
  const places: Place[] = [];
  all.lastIndex = from;
  for (let match = all.exec(part); match !== null; match = all.exec(part)) {
    const [{ length }] = match;
    // A place that is empty hides nothing, and would be found for ever.
    if (length === 0) all.lastIndex += 1;
    else places.push({ start: match.index, end: match.index + length });
  }
  return places;
}
