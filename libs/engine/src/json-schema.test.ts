import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import fc from 'fast-check';
import { schemaFault } from './json-schema.ts';

const faultOf = (schema: Json, value: Json) => schemaFault(schema, value, 'The reply');

/** Schema, what fits it, and what does not with what is said of it. */
const cases: readonly [string, Json, readonly Json[], readonly (readonly [Json, string])[]][] = [
  ['type', { type: 'integer' }, [3], [[3.5, 'The reply must be integer.']]],
  ['several types', { type: ['string', 'null'] }, ['x', null], [[1, 'The reply must be string or null.']]],
  ['enum', { enum: ['a', { b: 1 }] }, ['a', { b: 1 }], [['c', 'The reply must be one of: a, {"b":1}.']]],
  ['const', { const: { a: [1] } }, [{ a: [1] }], [[{ a: [2] }, 'The reply must be {"a":[1]}.']]],
  ['minimum', { minimum: 1 }, [1, 'x'], [[0, 'The reply must be at least 1.']]],
  ['exclusiveMaximum', { exclusiveMaximum: 2 }, [1.9], [[2, 'The reply must be less than 2.']]],
  ['multipleOf', { multipleOf: 0.1 }, [0.3], [[0.35, 'The reply must be a multiple of 0.1.']]],
  ['minLength', { minLength: 2 }, ['äö'], [['😀', 'The reply must have at least 2 characters.']]],
  ['pattern', { pattern: '^[A-Z]{2}$' }, ['AB', 7], [['ab', 'The reply must match ^[A-Z]{2}$.']]],
  ['maxItems', { maxItems: 1 }, [[1]], [[[1, 2], 'The reply must have at most 1 items.']]],
  [
    'uniqueItems',
    { uniqueItems: true },
    [[1, 2]],
    [
      [
        [
          { a: 1, b: 2 },
          { b: 2, a: 1 },
        ],
        'The reply must not have the same item twice.',
      ],
    ],
  ],
  ['contains', { contains: { const: 1 } }, [[0, 1]], [[[0], 'The reply lacks an item that it must contain.']]],
  ['items', { items: { type: 'string' } }, [['a']], [[['a', 1], 'The reply[1] must be string.']]],
  [
    'prefixItems',
    { prefixItems: [{ type: 'string' }], items: false },
    [['a']],
    [[['a', 1], 'The reply[1] must not be there.']],
  ],
  ['required', { required: ['a'] }, [{ a: 1 }, 'x'], [[{}, 'The reply must have "a".']]],
  [
    'properties',
    { properties: { a: { properties: { b: { type: 'null' } } } } },
    [{ a: { b: null } }],
    [[{ a: { b: 1 } }, '"b" must be null.']],
  ],
  [
    'additionalProperties',
    { properties: { a: {} }, additionalProperties: false },
    [{ a: 1 }],
    [[{ b: 1 }, 'The reply must not have "b".']],
  ],
  [
    'patternProperties',
    { patternProperties: { '^x': { type: 'number' } }, additionalProperties: { type: 'string' } },
    [{ x1: 1, y: 's' }],
    [
      [{ x1: 's' }, '"x1" must be number.'],
      [{ y: 1 }, '"y" must be string.'],
    ],
  ],
  [
    'propertyNames',
    { propertyNames: { maxLength: 2 } },
    [{ ab: 1 }],
    [[{ abc: 1 }, 'The name "abc" must have at most 2 characters.']],
  ],
  ['minProperties', { minProperties: 1 }, [{ a: 1 }], [[{}, 'The reply must have at least 1 fields.']]],
  [
    'anyOf',
    { anyOf: [{ type: 'string' }, { type: 'number' }] },
    ['a', 1],
    [[true, 'The reply fits none of what it may be: The reply must be string. Or: The reply must be number.']],
  ],
  [
    'oneOf',
    { oneOf: [{ minimum: 1 }, { maximum: 3 }] },
    [0, 5],
    [[2, 'The reply must fit exactly one of what it may be.']],
  ],
  ['allOf', { allOf: [{ type: 'number' }, { minimum: 1 }] }, [1], [[0, 'The reply must be at least 1.']]],
  ['not', { not: { const: 1 } }, [2], [[1, 'The reply must be something else.']]],
  [
    '$ref',
    { $defs: { 'a/b': { type: 'string' } }, properties: { x: { $ref: '#/$defs/a~1b' } } },
    [{ x: 's' }, {}],
    [[{ x: 1 }, '"x" must be string.']],
  ],
  [
    'a schema that refers to itself',
    { type: 'object', properties: { next: { $ref: '#' } }, required: ['id'] },
    [{ id: 1, next: { id: 2 } }],
    [[{ id: 1, next: {} }, '"next" must have "id".']],
  ],
  [
    'if, then and else',
    { if: { properties: { kind: { const: 'card' } } }, then: { required: ['number'] }, else: { required: ['iban'] } },
    [
      { kind: 'card', number: '1' },
      { kind: 'bank', iban: 'x' },
    ],
    [
      [{ kind: 'card' }, 'The reply must have "number".'],
      [{ kind: 'bank' }, 'The reply must have "iban".'],
    ],
  ],
  [
    'if without else',
    { if: { type: 'string' }, then: { minLength: 2 } },
    [1, 'ab'],
    [['a', 'The reply must have at least 2 characters.']],
  ],
  [
    'dependentRequired',
    { dependentRequired: { card: ['name'] } },
    [{}, { card: 1, name: 2 }, 'x'],
    [[{ card: 1 }, 'The reply must have "name", since it has "card".']],
  ],
  [
    'dependentSchemas',
    { dependentSchemas: { card: { required: ['name'] } } },
    [{}, { card: 1, name: 2 }],
    [[{ card: 1 }, 'The reply must have "name".']],
  ],
  [
    'minContains and maxContains',
    { contains: { const: 1 }, minContains: 2, maxContains: 3 },
    [
      [1, 1],
      [1, 0, 1, 1],
    ],
    [
      [[1], 'The reply lacks an item that it must contain.'],
      [[1, 1, 1, 1], 'The reply may contain only 3 items of that kind.'],
    ],
  ],
  ['format', { format: 'date' }, ['2026-02-28', 7], [['28.2.2026', 'The reply must be of the format date.']]],
  ['false', false, [], [[1, 'The reply must not be there.']]],
];

describe('a value and its JSON Schema', () => {
  for (const [name, schema, fitting, faulty] of cases) {
    it(name, () => {
      for (const value of fitting) expect(faultOf(schema, value)).toBeUndefined();
      for (const [value, fault] of faulty) expect(faultOf(schema, value)).toBe(fault);
    });
  }

  it('J2: keywords without meaning forbid nothing', () => {
    for (const schema of [true, null, 7, 'x', {}, { type: 7, enum: 'x', minimum: '1', pattern: '(', $ref: '#/none' }]) {
      expect(faultOf(schema, { a: 1 })).toBeUndefined();
      expect(faultOf(schema, 'text')).toBeUndefined();
    }
  });

  it('J1: references that lead in circles come to an end', () => {
    const circle = { $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }] } }, $ref: '#/$defs/a' };
    expect(faultOf(circle, 1)).toBe('The reply is too large to check.');
    expect(faultOf({ not: circle, ...circle }, 1)).toBe('The reply is too large to check.');
    expect(faultOf({ $ref: '#' }, 1)).toContain('nested too deeply');
  });

  it('J1: how much is looked at grows with the value: a long list that fits is not refused', () => {
    const numbers = Array.from({ length: 25_000 }, (_, n) => n);
    expect(faultOf({ items: { type: 'number' } }, numbers)).toBeUndefined();
    expect(faultOf({ items: { anyOf: [{ type: 'string' }, { type: 'number' }] } }, numbers)).toBeUndefined();
    expect(faultOf({ type: 'array' }, numbers)).toBeUndefined();
    let nested: Json = 1;
    for (let depth = 0; depth < 20_000; depth += 1) nested = [nested];
    expect(faultOf({ items: { $ref: '#' } }, nested)).toContain('nested too deeply');
  });

  it('what is wrong with each of many alternatives is cut, and said once where it is the same', () => {
    const options = Array.from({ length: 500 }, (_, n): Json => ({ const: `option ${String(n)}` }));
    const fault = faultOf({ anyOf: [{ anyOf: options }, { oneOf: options }] }, 'x') ?? '';
    expect(fault.length).toBeLessThan(1200);
    expect(fault).toMatch(/^The reply fits none of what it may be: .*option 0.*\[…\]$/);
    expect(faultOf({ anyOf: [{ type: 'null' }, { type: 'null' }] }, 1)).toBe(
      'The reply fits none of what it may be: The reply must be null.',
    );
  });

  it('J2: a reference to an anchor, which is not followed, forbids nothing', () => {
    expect(faultOf({ $defs: { a: { $ref: '#foo' } }, $ref: '#/$defs/a' }, 1)).toBeUndefined();
  });

  it('J1: no schema and no value make it throw', () => {
    const json = fc.jsonValue() as fc.Arbitrary<Json>;
    const keywords = ['type', 'enum', 'items', 'properties', 'required', '$ref', 'anyOf', 'minimum', 'pattern', 'not'];
    const schema = fc.dictionary(fc.constantFrom(...keywords), json) as fc.Arbitrary<Json>;
    fc.assert(
      fc.property(schema, json, (each, value) => {
        const fault = faultOf(each, value);
        expect(fault === undefined || typeof fault === 'string').toBe(true);
      }),
      { numRuns: 300 },
    );
  });
});
