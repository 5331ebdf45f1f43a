import type { Json } from '@colloquy/contracts';

/** A value as a model reads it: text as it is, nothing as nothing, everything else as JSON. */
export function jsonText(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The same text for equal values, whatever the order of their keys. */
export function canonicalText(value: Json | undefined): string {
  return JSON.stringify(sorted(value)) ?? '';
}

function sorted(value: Json | undefined): Json | undefined {
  if (Array.isArray(value)) return value.map((item) => sorted(item) ?? null);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]) => [key, sorted(item) ?? null] as const);
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The beginning of a text, marked when something was left out. */
export function cut(text: string, length: number): string {
  return text.length <= length ? text : `${head(text, length)} […]`;
}

/** The beginning of a text: no more than so many UTF-16 code units, and never half of a surrogate pair. */
export function head(text: string, length: number): string {
  return text.slice(0, length).replace(/[\uD800-\uDBFF]$/, '');
}

/** The fields of a value; none when it is no object. */
export function fieldsOf(value: Json | undefined): { readonly [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

/** A field that the value itself has, not one that every object has; undefined when there is none. */
export function field(value: Json | undefined, name: string): Json | undefined {
  const fields = fieldsOf(value);
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
