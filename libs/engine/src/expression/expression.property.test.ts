/** What holds of every expression. */
import { describe, expect, it } from '@jest/globals';
import type { Json, Variables } from '@colloquy/contracts';
import fc from 'fast-check';
import { evaluate, truth } from './evaluate-expression.ts';
import type { BinaryOperator, ExpressionNode, Parsed } from './expression-node.ts';
import { parseExpression } from './parse-expression.ts';
import { printExpression } from './print-expression.ts';

function parsed(text: string): Parsed {
  const result = parseExpression(text);
  if ('fault' in result) throw new Error(`${text}: ${result.fault.message}`);
  return result;
}

const value = (text: string, variables: Record<string, Json>): Json => evaluate(parsed(text), { variables });

const OPERATORS: readonly BinaryOperator[] = [
  'or',
  'and',
  '==',
  '!=',
  '<',
  '<=',
  '>',
  '>=',
  'in',
  'not in',
  '+',
  '-',
  '*',
  '/',
  '%',
];

/** Any expression, at most as deep as one may be. */
const anyNode: fc.Arbitrary<ExpressionNode> = fc.letrec<{ node: ExpressionNode }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 5, depthSize: 'small' },
    fc.record({
      kind: fc.constant('literal' as const),
      value: fc.oneof(
        fc.string({ unit: 'binary' }),
        fc.nat(),
        fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
        fc.boolean(),
        fc.constant(null),
      ),
    }),
    fc.record({
      kind: fc.constant('name' as const),
      name: fc.constantFrom('a', 'b', 'n', 'and', 'odd name', 'ünder_1'),
    }),
    fc.record({ kind: fc.constant('part' as const), of: tie('node'), by: tie('node') }),
    fc.record({ kind: fc.constant('list' as const), items: fc.array(tie('node'), { maxLength: 3 }) }),
    fc.record({ kind: fc.constantFrom('len' as const, 'not' as const, 'minus' as const), of: tie('node') }),
    fc.record({
      kind: fc.constant('binary' as const),
      operator: fc.constantFrom(...OPERATORS),
      left: tie('node'),
      right: tie('node'),
    }),
  ),
})).node;

const anyJson = fc.jsonValue({ maxDepth: 4 }) as fc.Arbitrary<Json>;

describe('whatever the text and the values are', () => {
  it('reading never throws: there is an expression or a fault inside of the text', () => {
    const words = fc.constantFrom(
      'a',
      'and',
      'or',
      'not',
      'in',
      '(',
      ')',
      '[',
      ']',
      '.',
      ',',
      '"',
      "'",
      '${',
      '}',
      '==',
      '<',
      '-',
      '1',
      'len',
      ' ',
      '\\',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(words, { maxLength: 40 }).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(text, (source) => {
        const result = parseExpression(source);
        if (!('fault' in result)) return;
        expect(result.fault.position).toBeGreaterThanOrEqual(0);
        expect(result.fault.position).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 1000 },
    );
  });

  it('X1, X2: evaluating never throws and gives JSON, the same as a log gives back', () => {
    fc.assert(
      fc.property(anyNode, fc.tuple(anyJson, anyJson, fc.nat(9)), (root, [a, b, n]) => {
        // As a log gives them: it knows no minus zero.
        const variables = JSON.parse(JSON.stringify({ a, b, n })) as Variables;
        const scope = { variables };
        const result = evaluate({ text: '', root }, scope);
        const back = JSON.parse(JSON.stringify(result)) as Json;
        expect(result).toEqual(back);
        expect(typeof truth({ text: '', root }, scope)).toBe('boolean');
      }),
      { numRuns: 1000 },
    );
  });

  it('what is printed is read as the same expression', () => {
    fc.assert(
      fc.property(anyNode, (root) => {
        const text = printExpression({ text: '', root });
        if (text.length > 2000) return;
        expect(parsed(text).root).toEqual(root);
      }),
      { numRuns: 1000 },
    );
  });

  it('X1: values nested very deeply are no harm', () => {
    let deep: Json = [];
    for (let level = 0; level < 20_000; level++) deep = [deep];
    expect(value('a == b', { a: deep, b: [deep] })).toBe(false);
    expect(value('[a] + a', { a: deep })).toBe(null);
    expect(value('a in [b] or a', { a: deep, b: 1 })).toBe(deep);
  });
});
