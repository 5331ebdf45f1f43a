/** Going through one's own earlier messages with the arrow keys, and back to what was being written. */

/** Where somebody is: which message is shown, counted from the newest, and the draft that waits. */
export interface Browsing {
  readonly index: number;
  readonly shown: string;
  readonly draft: string;
}

/** What a person said, oldest first, without what was said twice in a row. */
export function spokenTexts(texts: Iterable<string>): readonly string[] {
  const spoken: string[] = [];
  for (const text of texts) if (text !== '' && text !== spoken.at(-1)) spoken.push(text);
  return spoken;
}

/**
 * The step after an arrow key; undefined when the key means what it always means: the field holds something of one's own
 * that an arrow would only lose, or there is nothing further.
 */
export function step(
  direction: 'older' | 'newer',
  {
    spoken,
    at,
    text,
  }: { readonly spoken: readonly string[]; readonly at: Browsing | undefined; readonly text: string },
): Browsing | undefined {
  // What was changed after it was fetched is a draft like any other.
  const browsing = at?.shown === text ? at : undefined;
  if (browsing === undefined) return direction === 'older' && text === '' ? stepTo(0, spoken, text) : undefined;
  return stepTo(browsing.index + (direction === 'older' ? 1 : -1), spoken, browsing.draft);
}

function stepTo(index: number, spoken: readonly string[], draft: string): Browsing | undefined {
  const shown = index < 0 ? draft : spoken.at(-1 - index);
  return shown === undefined || index < -1 ? undefined : { index, shown, draft };
}
