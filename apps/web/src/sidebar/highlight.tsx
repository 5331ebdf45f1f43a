/** A text with the places that match a search marked. */
export function Highlight({ text, q }: { readonly text: string; readonly q: string }) {
  const parts = splitByMatch(text, q);
  return parts.map(({ start, text: part, match }) =>
    match ? (
      <mark key={start} className="rounded-sm bg-accent-wash text-accent-ink">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}

/** A text cut where it matches. Some letters get longer in lower case; then nothing is marked rather than the wrong place. */
export function splitByMatch(
  text: string,
  q: string,
): readonly { readonly start: number; readonly text: string; readonly match: boolean }[] {
  const [hay, needle] = [text.toLowerCase(), q.toLowerCase()];
  if (needle === '' || hay.length !== text.length) return [{ start: 0, text, match: false }];
  const parts: { start: number; text: string; match: boolean }[] = [];
  let from = 0;
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, from)) {
    if (at > from) parts.push({ start: from, text: text.slice(from, at), match: false });
    from = at + needle.length;
    parts.push({ start: at, text: text.slice(at, from), match: true });
  }
  if (from < text.length) parts.push({ start: from, text: text.slice(from), match: false });
  return parts;
}

/** The part of a text around its first match, on one line. */
export function snippetOf(text: string, q: string, before = 24): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  const at = line.toLowerCase().indexOf(q.toLowerCase());
  return at <= before ? line : `… ${line.slice(at - before)}`;
}
