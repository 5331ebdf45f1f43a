import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { canonicalJson } from './workflow-hash.ts';
import { workflowYamlJsonSchema } from './workflow-yaml.ts';
import { durationMs } from './yaml/scalars.ts';

describe('workflowYamlJsonSchema', () => {
  it('describes the file for editors: what must be there, and no other keys', () => {
    const schema = workflowYamlJsonSchema();
    expect(schema).toMatchObject({ type: 'object', required: ['agents'], additionalProperties: false });
    expect(JSON.stringify(schema)).toContain('Tells the model when to hand over');
  });
});

describe('durationMs', () => {
  it('reads what people write', () => {
    expect(['500ms', '90s', '10m', '2h', '2 h', 'soon', ''].map(durationMs)).toEqual([
      500,
      90_000,
      600_000,
      7_200_000,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('canonicalJson', () => {
  it('does not depend on the order of keys', () => {
    const shuffled = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffled);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, shuffled(inner)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonicalJson(shuffled(value))).toBe(canonicalJson(value));
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
