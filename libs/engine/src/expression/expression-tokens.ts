import type { ExpressionFault } from './expression-node.ts';

/** A word of an expression. `${name}` is a reference. */
export interface Token {
  readonly kind: 'number' | 'text' | 'name' | 'reference' | 'symbol' | 'end';
  /** Of a text: what it means, without quotes and escapes. */
  readonly value: string;
  readonly position: number;
}

/** Longest expression, in UTF-16 code units. */
export const MAX_EXPRESSION_LENGTH = 2000;

/** Only inside of the parser: parseExpression gives it back as a value. */
export class ExpressionFaultError extends Error {
  override readonly name = 'ExpressionFaultError';
  readonly fault: ExpressionFault;
  constructor(message: string, position: number) {
    super(message);
    this.fault = { message, position };
  }
}

interface Piece extends Token {
  readonly end: number;
}

type Reader = (text: string, position: number) => Piece | undefined;

const READERS: readonly Reader[] = [
  matching('number', /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\p{L}\d_])/uy),
  matching('name', /[\p{L}_][\p{L}\p{N}_]*/uy),
  reference,
  quoted,
  matching('symbol', /==|!=|<=|>=|&&|\|\||[<>()[\],.+\-*/%&|!]/y),
];

/** The words of a text; the last one is its end. @throws ExpressionFaultError */
export function tokensOf(text: string): Token[] {
  if (text.length > MAX_EXPRESSION_LENGTH) {
    const limit = String(MAX_EXPRESSION_LENGTH);
    throw new ExpressionFaultError(`An expression may have ${limit} characters.`, MAX_EXPRESSION_LENGTH);
  }
  const tokens: Token[] = [];
  let position = afterSpace(text, 0);
  while (position < text.length) {
    const { end, ...token } = pieceAt(text, position);
    tokens.push(token);
    position = afterSpace(text, end);
  }
  return [...tokens, { kind: 'end', value: '', position: text.length }];
}

function afterSpace(text: string, position: number): number {
  const space = /\s*/y;
  space.lastIndex = position;
  space.exec(text);
  return space.lastIndex;
}

function pieceAt(text: string, position: number): Piece {
  for (const read of READERS) {
    const piece = read(text, position);
    if (piece !== undefined) return piece;
  }
  const found = String.fromCodePoint(text.codePointAt(position) ?? 0);
  const hint = found === '=' ? ' Use == to compare.' : '';
  throw new ExpressionFaultError(`"${found}" has no meaning here.${hint}`, position);
}

function matching(kind: Token['kind'], pattern: RegExp): Reader {
  return (text, position) => {
    const from = new RegExp(pattern);
    from.lastIndex = position;
    const value = from.exec(text)?.[0];
    return value === undefined ? undefined : { kind, value, position, end: position + value.length };
  };
}

/** AG2 writes `${name}` for a variable. */
function reference(text: string, position: number): Piece | undefined {
  if (!text.startsWith('${', position)) return undefined;
  const close = text.indexOf('}', position);
  if (close < 0) throw new ExpressionFaultError('"${" has no "}".', position);
  const value = text.slice(position + 2, close).trim();
  if (value === '') throw new ExpressionFaultError('"${}" names nothing.', position);
  return { kind: 'reference', value, position, end: close + 1 };
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['b', '\b'],
  ['f', '\f'],
]);

function quoted(text: string, position: number): Piece | undefined {
  const quote = text[position];
  if (quote !== '"' && quote !== "'") return undefined;
  const body = quote === '"' ? /"((?:[^"\\]|\\[^])*)"/y : /'((?:[^'\\]|\\[^])*)'/y;
  body.lastIndex = position;
  const inside = body.exec(text)?.[1];
  if (inside === undefined) throw new ExpressionFaultError('The text has no closing quote.', position);
  const value = inside.replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_all, code: string | undefined, char: string) =>
    code === undefined ? (ESCAPES.get(char) ?? char) : String.fromCharCode(Number.parseInt(code, 16)),
  );
  return { kind: 'text', value, position, end: position + inside.length + 2 };
}
