import type { ExpressionNode, Parsed } from './expression-node.ts';

/** The expression as text, with all its parentheses: reading it gives the same expression again. */
export function printExpression({ root }: Parsed): string {
  return printed(root);
}

function printed(node: ExpressionNode): string {
  switch (node.kind) {
    case 'literal':
      return JSON.stringify(node.value);
    case 'name':
      return `\${${node.name}}`;
    case 'part':
      return `${printed(node.of)}[${printed(node.by)}]`;
    case 'list':
      return `[${node.items.map(printed).join(', ')}]`;
    case 'len':
      return `len(${printed(node.of)})`;
    case 'not':
      return `(not ${printed(node.of)})`;
    case 'minus':
      return `(-${printed(node.of)})`;
    case 'binary':
      return `(${printed(node.left)} ${node.operator} ${printed(node.right)})`;
  }
}
