import { describe, expect, it } from '@jest/globals';
import { plainText, quoteOf } from './plain-text.ts';

describe('a message as plain text', () => {
  it('has no marks that only say how it looks', () => {
    const text = '## Plan\n\nUse **both** _ways_ and `code`, see [the page](https://example.org "x").\n\n* one\n* two';
    expect(plainText(text)).toBe('Plan\n\nUse both ways and code, see the page (https://example.org).\n\n- one\n- two');
  });

  it('keeps code blocks as they are, and words with marks inside', () => {
    expect(plainText('Run:\n```js\nconst a = b * c; // **no**\n```\nsnake_case_name stays, 2 * 3 * 4 too')).toBe(
      'Run:\nconst a = b * c; // **no**\nsnake_case_name stays, 2 * 3 * 4 too',
    );
  });

  it('of a block that was cut in the middle is its code', () => {
    expect(plainText('```\n# not a heading')).toBe('# not a heading');
  });
});

describe('a quotation', () => {
  it('marks every line, also the empty ones', () => {
    expect(quoteOf('One\n\nTwo\n')).toBe('> One\n>\n> Two\n\n');
  });
});
