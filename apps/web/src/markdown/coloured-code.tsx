'use client';

import type { ElementContent } from 'hast';
import { WhenLoaded } from '../ui/lazy-part.tsx';
import { colouringOf } from './colouring.ts';

/**
 * Code with the classes by which the style sheet colours it; plain in a language that is not known, and while its grammar is
 * not there: one can read without.
 */
export function ColouredCode({ code, language }: { readonly code: string; readonly language: string }) {
  const colouring = colouringOf(language);
  if (colouring === undefined) return code;
  return (
    <WhenLoaded chunk={colouring} missing="fallback" fallback={code}>
      {(colour) => colour(code).map(drawn)}
    </WhenLoaded>
  );
}

/** The order of the pieces never changes. */
function drawn(node: ElementContent, index: number) {
  if (node.type === 'text') return node.value;
  if (node.type !== 'element') return null;
  const names = node.properties['className'];
  return (
    <span key={index} className={Array.isArray(names) ? names.join(' ') : undefined}>
      {node.children.map(drawn)}
    </span>
  );
}
