/**
 * The names that a text mentions, each once, in their order in the list. As AG2 counts: as a whole word, in the same
 * case, an underscore also as a space or escaped. A name that is only a part of a longer one is not mentioned by it.
 */
export function mentionedNames(text: string, names: readonly string[]): readonly string[] {
  let left = text;
  const found = new Set<string>();
  for (const name of names.toSorted((a, b) => b.length - a.length)) {
    const after = left.replace(wordOf(name), ' ');
    if (after !== left) found.add(name);
    left = after;
  }
  return names.filter((name) => found.has(name));
}

function wordOf(name: string): RegExp {
  // Of what is special in a pattern, names have only the hyphen, which is special in brackets only.
  const anyForm = name.replaceAll('_', String.raw`(?:\\?_| )`);
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${anyForm}(?![\p{L}\p{N}_])`, 'gu');
}
