import type { Json } from '@colloquy/contracts';
import { field } from './json-text.ts';

/**
 * What a reference of a JSON Schema names: `#`, or `#/` and a place in this same schema, such as `#/$defs/name`. Undefined
 * when it leads nowhere, or elsewhere: anchors and other documents are not followed.
 */
export function schemaAt(root: Json | undefined, ref: string): Json | undefined {
  if (ref === '#') return root;
  if (!ref.startsWith('#/')) return undefined;
  const steps = ref.slice(2).split('/').map(nameIn);
  return steps.reduce<Json | undefined>(stepInto, root);
}

function stepInto(at: Json | undefined, name: string): Json | undefined {
  if (!Array.isArray(at)) return field(at, name);
  return /^\d+$/.test(name) ? at[Number(name)] : undefined;
}

function nameIn(step: string): string {
  const plain = step.replace(/~1/g, '/').replace(/~0/g, '~');
  try {
    return decodeURIComponent(plain);
  } catch {
    return plain;
  }
}
