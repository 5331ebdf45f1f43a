import { createHash } from 'node:crypto';

/**
 * JSON in which equal values have equal texts: keys sorted, what is undefined left out. A database may give an object's
 * keys back in another order.
 */
export function stableJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) => (isPlain(inner) ? sorted(inner) : inner));
}

/** True when two values say the same. */
export function isSameJson(a: unknown, b: unknown): boolean {
  return stableJson(a) === stableJson(b);
}

/** SHA-256 over the values in their order, in hexadecimal. */
export function stableHash(values: readonly unknown[]): string {
  const hash = createHash('sha256');
  for (const value of values) hash.update(`${stableJson(value)}\n`);
  return hash.digest('hex');
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sorted(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}
