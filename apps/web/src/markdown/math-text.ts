/** Code, fenced or within a line; what is in it is meant as it stands. */
const CODE = /(```[\s\S]*?(?:```|$)|`[^`\n]*`)/;

/** True when there is a formula in a text: `$$`, `\(` or `\[`. */
export function hasMath(text: string): boolean {
  return text.includes('$$') || text.includes('\\(') || text.includes('\\[');
}

/** The text with `\(…\)` and `\[…\]` as `$$`, which is what the parser knows; in code they stay as they are. */
export function withDollars(text: string): string {
  return text
    .split(CODE)
    .map((part, index) => (index % 2 === 1 ? part : dollarsIn(part)))
    .join('');
}

function dollarsIn(text: string): string {
  return text
    .replaceAll(/\\\[([\s\S]+?)\\\]/g, (_, formula: string) => `\n$$\n${formula.trim()}\n$$\n`)
    .replaceAll(/\\\(([^\n]+?)\\\)/g, (_, formula: string) => `$$${formula.trim()}$$`);
}
