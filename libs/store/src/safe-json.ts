/**
 * Events hold JSON that models and people wrote. BSON cannot hold all of it as it is: keys with NUL, `$` or a dot,
 * a `_bsontype` that the driver takes for an instruction, and nesting beyond 100 levels. Here such keys are written
 * with %XX and what is nested too deep as its JSON text, so that nobody's words can stop the projection. What needs
 * neither is stored as it is.
 */

const NEEDS_ESCAPE = /^\$|[.\0%]|^_bsontype$|^__proto__$|^$/;
const ESCAPED = /%([0-9A-F]{2})/g;
/** Levels below which values are kept as JSON text. MongoDB takes 100 in all; the surrounding document has some. */
const MAX_DEPTH = 80;
const TEXT_KEY = '%json';
const EMPTY_KEY = '%00empty';

/** The value as it can be written to MongoDB; the same object when nothing had to be changed. */
export function encodeJson(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= MAX_DEPTH) return { [TEXT_KEY]: JSON.stringify(value) };
  if (Array.isArray(value)) return mapArray(value, (item) => encodeJson(item, depth + 1));
  return mapObject(value, { key: encodeKey, value: (field) => encodeJson(field, depth + 1) });
}

/** The value that `encodeJson` was given. */
export function decodeJson(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return mapArray(value, decodeJson);
  const text = (value as Record<string, unknown>)[TEXT_KEY];
  if (typeof text === 'string') return JSON.parse(text) as unknown;
  return mapObject(value, { key: decodeKey, value: decodeJson });
}

function encodeKey(key: string): string {
  if (!NEEDS_ESCAPE.test(key)) return key;
  if (key === '') return EMPTY_KEY;
  const escaped = key.replaceAll(/[$.\0%]/g, percent);
  return escaped.startsWith('_') ? percent('_') + escaped.slice(1) : escaped;
}

function decodeKey(key: string): string {
  if (!key.includes('%')) return key;
  if (key === EMPTY_KEY) return '';
  return key.replaceAll(ESCAPED, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const percent = (character: string): string =>
  `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

function mapArray(values: readonly unknown[], map: (value: unknown) => unknown): unknown {
  const mapped = values.map(map);
  return mapped.some((item, index) => item !== values[index]) ? mapped : values;
}

function mapObject(value: object, map: { key: (key: string) => string; value: (value: unknown) => unknown }): object {
  const fields = Object.entries(value) as [string, unknown][];
  const mapped = fields.map(([key, field]): [string, unknown] => [map.key(key), map.value(field)]);
  const changed = mapped.some(([key, field], index) => key !== fields[index]?.[0] || field !== fields[index]?.[1]);
  return changed ? Object.fromEntries(mapped) : value;
}
