import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { renderToStaticMarkup } from 'react-dom/server';
import ReactMarkdown from 'react-markdown';
import remarkGfm from 'remark-gfm';
import remarkMath from 'remark-math';
import { endsInFence, splitBlocks } from './split-blocks.ts';

/** Pieces of Markdown in any order, as a model may write them, whole or not. */
const PIECES = [
  'Some *words*, and `code`',
  'two lines\nof one paragraph',
  '# Heading',
  'Setext\n===',
  '- a\n- b',
  '- loose\n\n- list',
  '1. one\n\n   more of one\n2. two',
  '- item\n\n  ```js\n  code\n\n  more\n  ```',
  '* [ ] task\n* [x] done',
  '> quote\nlazy',
  '> - list in a quote\n>\n> more',
  '```ts\nconst a = 1;\n\nconst b = 2;\n```',
  '~~~\n```\n\n~~~',
  '````md\n```\n\n```\n````',
  '```\nnever ends',
  '| a | b |\n| - | - |\n| 1 | 2 |',
  '    indented\n\n    code',
  '***',
  '- - -',
  '<div>\n\n*html*\n\n</div>',
  '<!-- a\n\ncomment -->',
  '<pre>\n\n*raw*\n\n</pre>',
  '$$\na\n\nb\n$$',
  'text with $$x$$ in it',
  '[a link](https://example.org) and [a reference][r]',
  '[r]: https://example.org/r',
  'a note[^1]',
  '[^1]: the note',
  '\ttab',
  '+',
  '   three spaces',
];
const anyText = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('\n', '\n\n', '\n\n\n', '\n \n')), { maxLength: 8 })
  .map((parts) => parts.flat().join(''));

function htmlOf(text: string): string {
  const html = renderToStaticMarkup(
    <ReactMarkdown skipHtml remarkPlugins={[remarkGfm, [remarkMath, { singleDollarTextMath: false }]]}>
      {text}
    </ReactMarkdown>,
  );
  return html.replaceAll(/>\s+</g, '><').trim();
}

describe('blocks of Markdown', () => {
  it('are the text, cut', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitBlocks(text).join('')).toBe(text);
      }),
    );
  });

  it('mean alone what they mean together', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(splitBlocks(text).map(htmlOf).join('')).toBe(htmlOf(text));
      }),
      { numRuns: 200 },
    );
  });

  it('stay as they are while the text grows, but the last one', () => {
    fc.assert(
      fc.property(anyText, fc.nat(400), (text, length) => {
        fc.pre(!/^ {0,3}\[[^\]\n]+\]:/m.test(text));
        const before = splitBlocks(text.slice(0, length)).slice(0, -1);
        expect(splitBlocks(text).slice(0, before.length)).toEqual(before);
      }),
    );
  });

  it('are many where a text has many', () => {
    expect(splitBlocks('One\n\nTwo\n\n```\na\n\nb\n```\n\nThree')).toEqual([
      'One\n\n',
      'Two\n\n',
      '```\na\n\nb\n```\n\n',
      'Three',
    ]);
  });

  it('know whether a fence is open at the end', () => {
    expect(endsInFence('a\n\n```ts\nconst')).toBe(true);
    expect(endsInFence('a\n\n```ts\nconst\n```')).toBe(false);
    expect(endsInFence('a\n\n```ts\nconst\n``` ')).toBe(false);
    expect(endsInFence('a\n\n$$\nx')).toBe(false);
  });
});
