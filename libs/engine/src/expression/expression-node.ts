import type { Json } from '@colloquy/contracts';

/** Operators between two values. */
export type BinaryOperator =
  'or' | 'and' | '==' | '!=' | '<' | '<=' | '>' | '>=' | 'in' | 'not in' | '+' | '-' | '*' | '/' | '%';

/** A piece of an expression. */
export type ExpressionNode =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A variable, or `args`. */
  | { readonly kind: 'name'; readonly name: string }
  /** What is in a value under a key or at a place. */
  | { readonly kind: 'part'; readonly of: ExpressionNode; readonly by: ExpressionNode }
  | { readonly kind: 'list'; readonly items: readonly ExpressionNode[] }
  | { readonly kind: 'len'; readonly of: ExpressionNode }
  | { readonly kind: 'not' | 'minus'; readonly of: ExpressionNode }
  | {
      readonly kind: 'binary';
      readonly operator: BinaryOperator;
      readonly left: ExpressionNode;
      readonly right: ExpressionNode;
    };

/** An expression that can be evaluated. */
export interface Parsed {
  readonly text: string;
  readonly root: ExpressionNode;
}

/** Why a text is no expression. */
export interface ExpressionFault {
  /** In words, for whoever writes the workflow. */
  readonly message: string;
  /** Where, as UTF-16 code units from 0. */
  readonly position: number;
}

/** What the names in an expression mean. */
export interface Scope {
  readonly variables: Readonly<Record<string, Json>>;
  /** The arguments of a tool call: `args` in the expression. Without it `args` is a variable as any other. */
  readonly args?: Json;
}
