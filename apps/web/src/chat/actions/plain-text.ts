/** Markdown as people write it down by hand: without the marks that only say how it looks. */

const RULES: readonly (readonly [RegExp, string])[] = [
  [/^\s{0,3}#{1,6}\s+/gm, ''],
  [/^\s{0,3}>\s?/gm, ''],
  [/^(\s*)[*+]\s+/gm, '$1- '],
  [/!\[([^\]]*)\]\([^)]*\)/g, '$1'],
  [/\[([^\]]+)\]\((?:<([^>]+)>|([^)\s]+))[^)]*\)/g, '$1 ($2$3)'],
  [/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/g, '$2'],
  [/~~(?=\S)(.+?)(?<=\S)~~/g, '$1'],
  [/(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])/g, '$1'],
  [/(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)/g, '$1'],
  [/(`+)([^`\n]+?)\1/g, '$2'],
];

/** A text without its marks; what is in a code block stays as it is. */
export function plainText(markdown: string): string {
  const parts = markdown.split(/^(\s*(?:```|~~~)[^\n]*)$/m);
  let code = false;
  const plain: string[] = [];
  parts.forEach((part, index) => {
    if (index % 2 === 1) code = !code;
    else plain.push(code ? part.replace(/^\n|\n$/g, '') : withoutMarks(part));
  });
  return plain.join('').trim();
}

function withoutMarks(text: string): string {
  return RULES.reduce((plain, [mark, instead]) => plain.replace(mark, instead), text);
}

/** A text as a quotation in Markdown, with room to go on below it. */
export function quoteOf(text: string): string {
  const lines = text.trim().split('\n');
  return `${lines.map((line) => (line.trim() === '' ? '>' : `> ${line}`)).join('\n')}\n\n`;
}
