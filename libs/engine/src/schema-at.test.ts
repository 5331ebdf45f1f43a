import { describe, expect, it } from '@jest/globals';
import { schemaAt } from './schema-at.ts';

const root = { $defs: { 'a/b ~': { type: 'string' }, '%': true }, anyOf: [false, { minimum: 1 }] };

describe('a reference of a schema', () => {
  it.each([
    ['#', root],
    ['#/$defs/a~1b%20~0', { type: 'string' }],
    ['#/$defs/%', true],
    ['#/anyOf/0', false],
    ['#/anyOf/1/minimum', 1],
  ])('%s names a place in it', (ref, found) => {
    expect(schemaAt(root, ref)).toEqual(found);
  });

  it.each(['', '#foo', '#$defs', '#/none', '#/anyOf/', '#/anyOf/2', '#/constructor', '/anyOf', 'https://x/#/anyOf'])(
    '"%s" leads nowhere',
    (ref) => {
      expect(schemaAt(root, ref)).toBeUndefined();
    },
  );
});
