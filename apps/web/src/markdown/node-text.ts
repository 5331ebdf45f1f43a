import type { ElementContent } from 'hast';

/** The text of a part of a document. */
export function nodeText(node: ElementContent | undefined): string {
  if (node?.type === 'text') return node.value;
  return node?.type === 'element' ? node.children.map(nodeText).join('') : '';
}
