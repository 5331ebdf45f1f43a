/**
 * What an expression comes to.
 *
 * Invariants (tests name them):
 * X1  Total: never throws, whatever the values are; what has no meaning is null, and a comparison without one is false.
 * X2  The result is JSON, and the same that a log gives back: no infinity, no minus zero.
 * X3  Only a value's own entries are seen: neither prototypes nor `length`.
 */
import type { Json } from '@colloquy/contracts';
import { jsonText } from '../json-text.ts';
import type { BinaryOperator, ExpressionNode, Parsed, Scope } from './expression-node.ts';
import { parseExpression } from './parse-expression.ts';

/** Longest text or list that an expression makes: one that doubles itself each turn must not fill a process. */
const MAX_RESULT_LENGTH = 100_000;

/** Values that are nested deeper are equal to nothing, and no list is made of them. */
const MAX_NESTED_DEPTH = 100;

/** The value of an expression. Never throws: a variable that is not there is null. */
export function evaluate({ root }: Parsed, scope: Scope): Json {
  return valueOf(root, scope);
}

/** True when the expression comes to something: not null, false, 0, or an empty text, list or object. */
export function truth({ root }: Parsed, scope: Scope): boolean {
  return isTrue(valueOf(root, scope));
}

/** True when there is no condition, or when it holds. A text that is no expression holds never. */
export function holds(condition: string | undefined, scope: Scope): boolean {
  if (condition === undefined) return true;
  const parsed = parseExpression(condition);
  return 'fault' in parsed ? false : truth(parsed, scope);
}

function isTrue(value: Json): boolean {
  if (typeof value !== 'object' || value === null) return Boolean(value);
  return sizeOf(value) > 0;
}

function valueOf(node: ExpressionNode, scope: Scope): Json {
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return named(node.name, scope);
    case 'part':
      return partOf(valueOf(node.of, scope), valueOf(node.by, scope));
    case 'list':
      return bounded(node.items.map((item) => valueOf(item, scope)));
    case 'len':
      return sizeOf(valueOf(node.of, scope));
    case 'not':
      return !isTrue(valueOf(node.of, scope));
    case 'minus':
      return negated(valueOf(node.of, scope));
    case 'binary':
      return combined(node, scope);
  }
}

function named(name: string, { variables, args }: Scope): Json {
  if (name === 'args' && args !== undefined) return args;
  return ownEntry(variables, name);
}

function ownEntry(value: Readonly<Record<string, Json>>, key: string): Json {
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}

function partOf(whole: Json, key: Json): Json {
  if (Array.isArray(whole)) return typeof key === 'number' && Number.isInteger(key) ? (whole.at(key) ?? null) : null;
  if (typeof whole !== 'object' || whole === null) return null;
  return typeof key === 'string' || typeof key === 'number' ? ownEntry(whole, String(key)) : null;
}

/** Of a text: its characters (code points), as Python counts. */
function sizeOf(value: Json): number {
  if (typeof value === 'string') return Array.from(value).length;
  if (typeof value !== 'object' || value === null) return 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

function negated(value: Json): Json {
  const number = asNumber(value);
  return number === undefined ? null : checked(-number);
}

function combined({ operator, left, right }: Extract<ExpressionNode, { kind: 'binary' }>, scope: Scope): Json {
  const first = valueOf(left, scope);
  if (operator === 'and') return isTrue(first) ? valueOf(right, scope) : first;
  if (operator === 'or') return isTrue(first) ? first : valueOf(right, scope);
  return compute(operator, first, valueOf(right, scope));
}

function compute(operator: Exclude<BinaryOperator, 'and' | 'or'>, left: Json, right: Json): Json {
  switch (operator) {
    case '==':
      return equal(left, right);
    case '!=':
      return !equal(left, right);
    case 'in':
      return isIn(left, right);
    case 'not in':
      return !isIn(left, right);
    case '+':
      return added(left, right);
    case '-':
    case '*':
    case '/':
    case '%':
      return calculated(operator, left, right);
    default:
      return ordered(operator, left, right);
  }
}

function equal(left: Json, right: Json, depth = 0): boolean {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (depth >= MAX_NESTED_DEPTH || Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  const [a, b] = [new Map(Object.entries(left)), new Map(Object.entries(right))];
  return keys.every((key) => b.has(key) && equal(a.get(key) ?? null, b.get(key) ?? null, depth + 1));
}

function isIn(item: Json, whole: Json): boolean {
  if (Array.isArray(whole)) return whole.some((candidate) => equal(candidate, item));
  if (typeof item !== 'string') return false;
  if (typeof whole === 'string') return whole.includes(item);
  return typeof whole === 'object' && whole !== null && Object.hasOwn(whole, item);
}

function ordered(operator: '<' | '<=' | '>' | '>=', left: Json, right: Json): boolean {
  const alike =
    (typeof left === 'number' && typeof right === 'number') || (typeof left === 'string' && typeof right === 'string');
  if (!alike) return false;
  switch (operator) {
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    case '>=':
      return left >= right;
  }
}

/** What is not there counts as nothing, so that a counter needs no first value. */
function asNumber(value: Json): number | undefined {
  if (value === null) return 0;
  return typeof value === 'number' ? value : undefined;
}

function added(left: Json, right: Json): Json {
  if (Array.isArray(left) || Array.isArray(right)) return joinedLists(left ?? [], right ?? []);
  if (typeof left === 'string' || typeof right === 'string') return joinedTexts(left, right);
  return calculated('+', left, right);
}

function joinedLists(left: Json, right: Json): Json {
  if (!Array.isArray(left) || !Array.isArray(right)) return null;
  return left.length + right.length > MAX_RESULT_LENGTH ? null : bounded([...left, ...right]);
}

function bounded(list: Json[]): Json {
  return weight(list, 0) > MAX_RESULT_LENGTH ? null : list;
}

/** About as long as its JSON. */
function weight(value: Json, depth: number): number {
  if (typeof value === 'string') return value.length + 2;
  if (typeof value !== 'object' || value === null) return 4;
  if (depth >= MAX_NESTED_DEPTH) return Infinity;
  let total = 2;
  for (const [key, item] of Object.entries(value)) {
    total += (Array.isArray(value) ? 1 : key.length + 4) + weight(item, depth + 1);
    if (total > MAX_RESULT_LENGTH) return total;
  }
  return total;
}

function joinedTexts(left: Json, right: Json): Json {
  if ((typeof left === 'object' && left !== null) || (typeof right === 'object' && right !== null)) return null;
  const text = jsonText(left) + jsonText(right);
  return text.length > MAX_RESULT_LENGTH ? null : text;
}

function calculated(operator: '+' | '-' | '*' | '/' | '%', left: Json, right: Json): Json {
  const [a, b] = [asNumber(left), asNumber(right)];
  if (a === undefined || b === undefined) return null;
  switch (operator) {
    case '+':
      return checked(a + b);
    case '-':
      return checked(a - b);
    case '*':
      return checked(a * b);
    case '/':
      return checked(a / b);
    case '%':
      return checked(a % b);
  }
}

function checked(number: number): number | null {
  // Adding zero makes zero of minus zero.
  return Number.isFinite(number) ? number + 0 : null;
}
