/** Reads an expression. Its grammar, in plain words and with examples, is docs/reference/expressions.md. */
import type { BinaryOperator, ExpressionFault, ExpressionNode, Parsed } from './expression-node.ts';
import { ExpressionFaultError, tokensOf, type Token } from './expression-tokens.ts';

/** So deep may parentheses, lists and signs be nested: a reader that calls itself must end. */
export const MAX_EXPRESSION_DEPTH = 50;

const WORDS: ReadonlyMap<string, boolean | null> = new Map<string, boolean | null>([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['null', null],
  ['None', null],
]);

/** Words that cannot be the name of a variable; `${and}` still means one of that name. */
const RESERVED: ReadonlySet<string> = new Set(['and', 'or', 'not', 'in', ...WORDS.keys()]);

const OR: Operators = new Map([
  ['or', 'or'],
  ['|', 'or'],
  ['||', 'or'],
]);
const AND: Operators = new Map([
  ['and', 'and'],
  ['&', 'and'],
  ['&&', 'and'],
]);
const COMPARISONS: Operators = named(['==', '!=', '<', '<=', '>', '>=', 'in']);
const SUMS: Operators = named(['+', '-']);
const PRODUCTS: Operators = named(['*', '/', '%']);

type Operators = ReadonlyMap<string, BinaryOperator>;

function named(operators: readonly BinaryOperator[]): Operators {
  return new Map(operators.map((operator) => [operator, operator]));
}

/** Reads a text as an expression; when it is none, says why and where. Never throws. */
export function parseExpression(text: string): Parsed | { readonly fault: ExpressionFault } {
  try {
    return { text, root: new Parser(tokensOf(text)).whole() };
  } catch (error) {
    if (error instanceof ExpressionFaultError) return { fault: error.fault };
    throw error;
  }
}

/** The names that an expression looks up, each once, in the order in which they come; `args` too where it is used. */
export function variablesOf({ root }: Parsed): readonly string[] {
  const names = new Set<string>();
  const visit = (node: ExpressionNode): void => {
    if (node.kind === 'name') names.add(node.name);
    partsOf(node).forEach(visit);
  };
  visit(root);
  return [...names];
}

function partsOf(node: ExpressionNode): readonly ExpressionNode[] {
  switch (node.kind) {
    case 'literal':
    case 'name':
      return [];
    case 'part':
      return [node.of, node.by];
    case 'list':
      return node.items;
    case 'len':
    case 'not':
    case 'minus':
      return [node.of];
    case 'binary':
      return [node.left, node.right];
  }
}

class Parser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  whole(): ExpressionNode {
    const root = this.#or();
    const token = this.#peek();
    if (token.kind !== 'end') throw unexpected(token, 'the end, or "and", "or" or another operator');
    return root;
  }

  #or(): ExpressionNode {
    return this.#row(OR, () => this.#row(AND, () => this.#not()));
  }

  #not(): ExpressionNode {
    const token = this.#peek();
    if (!isWord(token, 'not') && !isSymbol(token, '!')) return this.#comparison();
    this.#next++;
    return { kind: 'not', of: this.#deeper(() => this.#not()) };
  }

  #comparison(): ExpressionNode {
    const left = this.#sum();
    const operator = this.#comparisonOperator();
    if (operator === undefined) return left;
    const right = this.#sum();
    const again = this.#peek();
    if (this.#comparisonOperator() !== undefined) {
      throw new ExpressionFaultError('Compare two values at a time and join them with "and".', again.position);
    }
    return { kind: 'binary', operator, left, right };
  }

  #comparisonOperator(): BinaryOperator | undefined {
    const token = this.#peek();
    const after = this.#tokens[this.#next + 1];
    if (isWord(token, 'not') && after !== undefined && isWord(after, 'in')) {
      this.#next += 2;
      return 'not in';
    }
    return this.#operator(COMPARISONS);
  }

  #sum(): ExpressionNode {
    return this.#row(SUMS, () => this.#row(PRODUCTS, () => this.#signed()));
  }

  #signed(): ExpressionNode {
    if (!isSymbol(this.#peek(), '-')) return this.#withParts(this.#single());
    this.#next++;
    return { kind: 'minus', of: this.#deeper(() => this.#signed()) };
  }

  /** Operands with operators of one rank between them, from left to right. */
  #row(operators: Operators, operand: () => ExpressionNode): ExpressionNode {
    let left = operand();
    for (;;) {
      const operator = this.#operator(operators);
      if (operator === undefined) return left;
      left = { kind: 'binary', operator, left, right: operand() };
    }
  }

  #operator(operators: Operators): BinaryOperator | undefined {
    const token = this.#peek();
    const operator = token.kind === 'symbol' || token.kind === 'name' ? operators.get(token.value) : undefined;
    if (operator !== undefined) this.#next++;
    return operator;
  }

  #withParts(whole: ExpressionNode): ExpressionNode {
    let of = whole;
    for (;;) {
      if (this.#take('.')) of = { kind: 'part', of, by: this.#key() };
      else if (this.#take('[')) {
        of = { kind: 'part', of, by: this.#deeper(() => this.#or()) };
        this.#expect(']');
      } else return of;
    }
  }

  #key(): ExpressionNode {
    const token = this.#peek();
    if (token.kind !== 'name') throw unexpected(token, 'a name after the dot');
    this.#next++;
    return { kind: 'literal', value: token.value };
  }

  #single(): ExpressionNode {
    const token = this.#peek();
    this.#next++;
    switch (token.kind) {
      case 'number':
        return numberOf(token);
      case 'text':
        return { kind: 'literal', value: token.value };
      case 'reference':
        return referenceOf(token);
      case 'name':
        return this.#word(token);
      default:
        return this.#group(token);
    }
  }

  #word(token: Token): ExpressionNode {
    const value = WORDS.get(token.value);
    if (value !== undefined) return { kind: 'literal', value };
    if (RESERVED.has(token.value)) throw unexpected(token, 'a value');
    if (!isSymbol(this.#peek(), '(')) return { kind: 'name', name: token.value };
    if (token.value !== 'len') throw new ExpressionFaultError('The only function is len().', token.position);
    this.#next++;
    return { kind: 'len', of: this.#inside() };
  }

  #group(token: Token): ExpressionNode {
    if (isSymbol(token, '(')) return this.#inside();
    if (isSymbol(token, '[')) return { kind: 'list', items: this.#items() };
    throw unexpected(token, 'a value');
  }

  #inside(): ExpressionNode {
    const inner = this.#deeper(() => this.#or());
    this.#expect(')');
    return inner;
  }

  #items(): ExpressionNode[] {
    const items: ExpressionNode[] = [];
    while (!this.#take(']')) {
      if (items.length > 0) this.#expect(',');
      items.push(this.#deeper(() => this.#or()));
    }
    return items;
  }

  #deeper(read: () => ExpressionNode): ExpressionNode {
    if (this.#depth >= MAX_EXPRESSION_DEPTH) {
      throw new ExpressionFaultError('The expression is nested too deeply.', this.#peek().position);
    }
    this.#depth++;
    const node = read();
    this.#depth--;
    return node;
  }

  #take(symbol: string): boolean {
    if (!isSymbol(this.#peek(), symbol)) return false;
    this.#next++;
    return true;
  }

  #expect(symbol: string): void {
    if (!this.#take(symbol)) throw unexpected(this.#peek(), `"${symbol}"`);
  }

  #peek(): Token {
    return this.#tokens[this.#next] ?? { kind: 'end', value: '', position: this.#tokens.at(-1)?.position ?? 0 };
  }
}

function isSymbol(token: Token, symbol: string): boolean {
  return token.kind === 'symbol' && token.value === symbol;
}

function isWord(token: Token, word: string): boolean {
  return token.kind === 'name' && token.value === word;
}

function unexpected({ kind, value, position }: Token, wanted: string): ExpressionFaultError {
  const found = kind === 'end' ? 'the expression ends' : `there is "${value}"`;
  return new ExpressionFaultError(`Here should be ${wanted}, but ${found}.`, position);
}

function numberOf({ value, position }: Token): ExpressionNode {
  const number = Number(value);
  if (!Number.isFinite(number)) throw new ExpressionFaultError('The number is too large.', position);
  return { kind: 'literal', value: number };
}

/** `${order.items}` is what `order.items` is; anything that is no such path is the name of one variable. */
function referenceOf({ value }: Token): ExpressionNode {
  const path = /^[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*)*$/u.test(value) ? value.split('.') : [value];
  const [first = value, ...keys] = path;
  const whole: ExpressionNode = { kind: 'name', name: first };
  return keys.reduce<ExpressionNode>((of, key) => ({ kind: 'part', of, by: { kind: 'literal', value: key } }), whole);
}
