import { describe, expect, it } from '@jest/globals';
import type { Json } from '@colloquy/contracts';
import { answerFieldsOf, optionsOf } from './answer-schema.ts';
import { answerOf, faultsOf, initialValues, type Fault, type FormValues } from './answer-values.ts';

const form = (schema?: Json) => answerFieldsOf({ kind: 'form', ...(schema === undefined ? {} : { schema }) });

const trip: Json = {
  type: 'object',
  required: ['name', 'seats', 'address', 'note'],
  properties: {
    name: { type: 'string', title: 'Name', description: 'As in the passport', minLength: 2, pattern: '^\\p{L}+$' },
    seats: { type: 'integer', minimum: 1, maximum: 9, default: 2 },
    price: { type: 'number', exclusiveMinimum: 0, multipleOf: 0.1 },
    plan: { enum: ['Team', 7, null] },
    tags: { type: 'array', items: { enum: ['sea', 'city', 'hills'] }, minItems: 1, maxItems: 2 },
    yearly: { type: 'boolean', default: true },
    from: { type: 'string', format: 'date' },
    mail: { type: 'string', format: 'email' },
    note: { type: ['string', 'null'] },
    extra: { type: 'array', items: { type: 'object' } },
    address: {
      type: 'object',
      title: 'Address',
      required: ['city'],
      properties: { city: { type: 'string' }, zip: { type: 'string', maxLength: 5 } },
    },
  },
};
const { fields } = form(trip);
const filled = (values: FormValues): FormValues => ({ ...initialValues(fields), ...values });
const right = filled({ name: 'Ada', 'address.city': 'London' });

describe('forms of questions', () => {
  it('have a field for each property of the schema, of its kind', () => {
    expect(fields.map(({ path, kind, required }) => [path, kind, required])).toEqual([
      ['name', 'text', true],
      ['seats', 'integer', true],
      ['price', 'number', false],
      ['plan', 'choice', false],
      ['tags', 'choices', false],
      ['yearly', 'yes_no', false],
      ['from', 'date', false],
      ['mail', 'text', false],
      ['note', 'text', true],
      ['extra', 'json', false],
      ['address', 'group', true],
    ]);
    expect(fields[0]).toMatchObject({ label: 'Name', hint: 'As in the passport' });
    expect(fields.at(-1)?.fields.map(({ path, required }) => [path, required])).toEqual([
      ['address.city', true],
      ['address.zip', false],
    ]);
  });

  it('begin with the defaults of the schema', () => {
    expect(initialValues(fields)).toMatchObject({ name: '', seats: '2', yearly: true, tags: [], 'address.city': '' });
  });

  it('give values of the types that the schema wants, and leave out what was left empty', () => {
    expect(answerOf(form(trip), right)).toEqual({
      name: 'Ada',
      seats: 2,
      yearly: true,
      note: null,
      address: { city: 'London' },
    });
    const full = { price: '0.3', plan: '1', tags: [0, 2], from: '2026-11-23', mail: 'a@b.c', note: 'x', extra: '[{}]' };
    expect(answerOf(form(trip), filled({ ...right, ...full }))).toMatchObject({
      price: 0.3,
      plan: 7,
      tags: ['sea', 'hills'],
      from: '2026-11-23',
      note: 'x',
      extra: [{}],
    });
  });

  it('say what is wrong at the field, in the order of the fields', () => {
    expect(faultsOf(fields, right)).toEqual([]);
    expect(faultsOf(fields, initialValues(fields)).map(({ path, rule }) => [path, rule])).toEqual([
      ['name', 'required'],
      ['address.city', 'required'],
    ]);
  });

  it.each<[string, FormValues[string], Omit<Fault, 'path'>]>([
    ['name', 'A', { rule: 'minLength', limit: 2 }],
    ['name', 'A1', { rule: 'pattern', limit: '^\\p{L}+$' }],
    ['seats', '0', { rule: 'minimum', limit: 1 }],
    ['seats', '10', { rule: 'maximum', limit: 9 }],
    ['seats', '1.5', { rule: 'integer' }],
    ['seats', 'two', { rule: 'number' }],
    ['price', '0', { rule: 'exclusiveMinimum', limit: 0 }],
    ['price', '0.25', { rule: 'multipleOf', limit: 0.1 }],
    ['tags', [0, 1, 2], { rule: 'maxItems', limit: 2 }],
    ['mail', 'nobody', { rule: 'format', limit: 'email' }],
    ['from', 'tomorrow', { rule: 'date' }],
    ['extra', '[', { rule: 'json' }],
    ['address.zip', '123456', { rule: 'maxLength', limit: 5 }],
  ])('do not let %s be %j: %j', (path, value, fault) => {
    expect(faultsOf(fields, { ...right, [path]: value })).toEqual([{ path, ...fault }]);
  });

  it('ask nothing of a group that need not be there, as long as nothing stands in it', () => {
    const optional = form({ properties: { to: { type: 'object', required: ['a'], properties: { a: {}, b: {} } } } });
    const empty = initialValues(optional.fields);
    expect(faultsOf(optional.fields, empty)).toEqual([]);
    expect(answerOf(optional, empty)).toEqual({});
    expect(faultsOf(optional.fields, { ...empty, 'to.b': 'x' })).toEqual([{ path: 'to.a', rule: 'required' }]);
  });

  it('follow references, and see what may be null, as generators of schemas write it', () => {
    const schema = {
      $defs: { Size: { enum: ['S', 'L'], title: 'Size' } },
      properties: { size: { $ref: '#/$defs/Size' }, note: { anyOf: [{ type: 'string' }, { type: 'null' }] } },
      required: ['note'],
    };
    const { fields: parts } = form(schema);
    expect(parts).toMatchObject([
      { label: 'Size', kind: 'choice', options: [{ value: 'S' }, { value: 'L' }] },
      { kind: 'text', nullable: true },
    ]);
    expect(answerOf(form(schema), initialValues(parts))).toEqual({ note: null });
  });

  it('come to an end with a schema that leads in circles', () => {
    expect(form({ $ref: '#' }).fields).toHaveLength(1);
    expect(form({ properties: { a: { $ref: '#/properties/a' } } }).fields).toMatchObject([{ kind: 'text' }]);
  });

  it('are one text when there is no schema that they understand', () => {
    for (const schema of [undefined, 'nonsense', { properties: [] }, null]) {
      const asked = form(schema);
      expect(asked.fields).toMatchObject([{ path: 'answer', kind: 'text', required: true }]);
      expect(answerOf(asked, { answer: 'so' })).toEqual({ answer: 'so' });
    }
    expect(optionsOf({ enum: 'nonsense' })).toEqual([]);
  });

  it('of a text, and of a schema of one value, answer with the value itself', () => {
    expect(answerOf(answerFieldsOf({ kind: 'text' }), { answer: ' so ' })).toBe(' so ');
    expect(answerOf(form({ type: 'integer' }), { answer: '4' })).toBe(4);
    expect(answerOf(form({ type: 'array', items: { type: 'object' } }), { answer: '[1]' })).toEqual([1]);
    expect(answerOf(form({ enum: ['a', 'b'] }), { answer: '1' })).toBe('b');
  });

  it('show options by their titles', () => {
    expect(optionsOf({ oneOf: [{ const: 1, title: 'One' }, { const: 'b' }] })).toEqual([
      { value: 1, label: 'One' },
      { value: 'b', label: 'b' },
    ]);
    expect(optionsOf({ oneOf: [{ const: 1 }, { type: 'string' }] })).toEqual([]);
  });
});
