'use client';

import type { Json } from '@colloquy/contracts';
import { lazyPart } from '../ui/lazy-part.tsx';

/** Most chats show no values at first. */
const JsonTree = lazyPart(async () => (await import('./json-tree.tsx')).JsonTree, { missing: 'line' });

/** A JSON value for people. */
export function JsonView({ value }: { readonly value: Json }) {
  return <JsonTree fallback={<div className="h-6" />} value={value} />;
}
