import { createHash } from 'node:crypto';
import type { WorkflowDefinition } from '@colloquy/contracts';

/** Names a definition by its content: SHA-256 over its canonical JSON, as base64url (43 characters). */
export function workflowHash(definition: WorkflowDefinition): string {
  return createHash('sha256').update(canonicalJson(definition)).digest('base64url');
}

/** JSON with sorted keys and without undefined, so that equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
