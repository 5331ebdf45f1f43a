/** Values to use where a property's name fits; `orderId`, `order_id` and `OrderID` are the same name. */
export type Hints = Readonly<Record<string, unknown>>;

type Schema = Readonly<Record<string, unknown>>;

function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function hintFor(name: string, hints: Hints): unknown {
  const wanted = plainName(name);
  return Object.entries(hints).find(([hint]) => plainName(hint) === wanted)?.[1];
}

function typeOf(schema: Schema): unknown {
  const type = schema['type'];
  if (Array.isArray(type)) return (type as unknown[]).find((each) => each !== 'null');
  return type ?? (schema['properties'] === undefined ? undefined : 'object');
}

function numberFor(schema: Schema, hint: unknown): number {
  const wanted = Number(hint ?? Number.NaN);
  const least = Number(schema['minimum'] ?? Number(schema['exclusiveMinimum'] ?? 0) + 1);
  const value = Number.isFinite(wanted) ? wanted : least;
  return typeOf(schema) === 'integer' ? Math.round(value) : value;
}

function stringFor(schema: Schema, hint: unknown): string {
  const text = typeof hint === 'string' || typeof hint === 'number' ? String(hint) : 'demo';
  const least = Number(schema['minLength'] ?? 0);
  const most = Number(schema['maxLength'] ?? Infinity);
  return text.padEnd(least, '.').slice(0, most);
}

function arrayFor(schema: Schema, hints: Hints, root: Schema): unknown[] {
  const items = asSchema(schema['items']);
  // A list of references may be a list of its own kind: one element of it would never end.
  const least = Number(schema['minItems'] ?? ('$ref' in items ? 0 : 1));
  return Array.from({ length: least }, () => fillValue({ schema: items, hints, root, hint: undefined }));
}

function objectFor(schema: Schema, hints: Hints, root: Schema): Record<string, unknown> {
  const required = new Set(Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : []);
  const entries = Object.entries(asSchema(schema['properties'])).flatMap(([name, property]) => {
    const hint = hintFor(name, hints);
    if (hint === undefined && !required.has(name)) return [];
    return [[name, fillValue({ schema: asSchema(property), hints, root, hint })] as const];
  });
  return Object.fromEntries(entries);
}

/** Follows a `$ref` within the schema, and takes the first of alternatives that is not null. */
function resolve(schema: Schema, root: Schema): Schema {
  const ref = schema['$ref'];
  if (typeof ref === 'string' && ref.startsWith('#/')) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((at, key) => asSchema(at)[key], root);
    return asSchema(target);
  }
  for (const key of ['anyOf', 'oneOf', 'allOf']) {
    const options = schema[key];
    if (Array.isArray(options)) {
      return asSchema((options as unknown[]).find((option) => asSchema(option)['type'] !== 'null'));
    }
  }
  return schema;
}

interface Filling {
  readonly schema: Schema;
  readonly hints: Hints;
  readonly root: Schema;
  readonly hint: unknown;
}

function fillValue(filling: Filling): unknown {
  const { hints, root, hint } = filling;
  const schema = resolve(filling.schema, root);
  if ('const' in schema) return schema['const'];
  const choices = schema['enum'];
  if (Array.isArray(choices)) return (choices as unknown[]).includes(hint) ? hint : (choices as unknown[])[0];
  switch (typeOf(schema)) {
    case 'object':
      return objectFor(schema, hints, root);
    case 'array':
      return arrayFor(schema, hints, root);
    case 'number':
    case 'integer':
      return numberFor(schema, hint);
    case 'boolean':
      return hint === true;
    case 'null':
      return null;
    default:
      return stringFor(schema, hint);
  }
}

/** A value that conforms to a JSON schema: hints where they fit, else the first or least that is allowed. */
export function fillSchema(schema: unknown, hints: Hints): unknown {
  const root = asSchema(schema);
  return fillValue({ schema: root, hints, root, hint: undefined });
}
