import { describe, expect, it } from '@jest/globals';
import { isFilePart, readFiles } from './read-files.ts';

const text = (words: string) => ({ type: 'text', text: words });

describe('files of a message', () => {
  it('are told by name, with the words of a text and the size of a picture', () => {
    const content = [
      text('What is this?'),
      text(
        'File "a \\"b\\" (1).md" (text/markdown, 30 bytes):\n````\none two\n```\nthree\n````\n(only the first 17 characters of it)',
      ),
      text('File "dot.png" (image/png, 3 bytes):'),
      { type: 'image_url', image_url: { url: `data:image/png;base64,${btoa('PNG')}` } },
      text('(file "old.txt" (text/plain, 5 bytes) is gone)'),
    ];
    expect(readFiles({ content })).toEqual([
      { name: 'a "b" (1).md', found: 'a text (text/markdown) of 4 words' },
      { name: 'dot.png', found: 'a picture (image/png) of 3 bytes' },
      { name: 'old.txt', found: 'it is gone' },
    ]);
    expect(content.map((part) => isFilePart('text' in part ? part : {}))).toEqual([false, true, true, false, true]);
    expect(readFiles({ content: 'File "a" (b, 1 bytes)' })).toEqual([]);
  });
});
