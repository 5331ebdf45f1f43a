import { describe, expect, it } from '@jest/globals';
import type { Question } from '@colloquy/transcript';
import { fieldsOf, optionsOf, valueOf } from './answer-schema.ts';

const question: Question = {
  requestId: 'request-0000-0001',
  runId: 'run-0000-0000-0001',
  inputKind: 'form',
  prompt: 'What?',
  state: 'pending',
  schema: {
    properties: {
      name: { type: 'string', title: 'Name' },
      seats: { type: 'integer' },
      plan: { enum: ['Team', 7, null] },
      yearly: { type: 'boolean' },
    },
    required: ['name'],
  },
};

const filled = (values: Record<string, string>): FormData => {
  const data = new FormData();
  for (const [name, value] of Object.entries(values)) data.set(name, value);
  return data;
};

describe('forms of questions', () => {
  it('have a field for each property of the schema', () => {
    expect(fieldsOf(question).map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['name', 'text', true],
      ['seats', 'number', false],
      ['plan', 'choice', false],
      ['yearly', 'yes_no', false],
    ]);
  });

  it('give values of the types that the schema wants, and leave out what was left empty', () => {
    const fields = fieldsOf(question);
    expect(valueOf(fields, filled({ name: 'Ada', seats: '12', plan: '1', yearly: 'on' }))).toEqual({
      name: 'Ada',
      seats: 12,
      plan: 7,
      yearly: true,
    });
    expect(valueOf(fields, filled({ name: 'Ada', seats: '', plan: '' }))).toEqual({ name: 'Ada', yearly: false });
  });

  it('are one text when there is no schema that they understand', () => {
    for (const schema of [undefined, 'nonsense', { properties: [] }, null]) {
      const { schema: _, ...rest } = question;
      const asked = schema === undefined ? rest : { ...rest, schema };
      expect(fieldsOf(asked)).toMatchObject([{ name: 'answer', kind: 'text', required: true }]);
    }
    expect(optionsOf({ enum: 'nonsense' })).toEqual([]);
  });
});
