/**
 * Whether a value fits a JSON Schema (draft 2020-12, without what needs another document, anchors and `unevaluated*`). What
 * is not followed, the checker of workflow files refuses.
 *
 * Invariants (tests name them):
 * J1  Total: whatever the schema is, it never throws, and it comes to an end.
 * J2  A keyword that it does not know, or whose value makes no sense, forbids nothing.
 */
import type { Json } from '@colloquy/contracts';
import { isOfFormat } from './json-formats.ts';
import { canonicalText, cut, jsonText } from './json-text.ts';
import { compiled } from './regex.ts';
import { schemaAt } from './schema-at.ts';

/** References may lead in circles. */
const MAX_DEPTH = 64;

/**
 * How many schemas are looked at, for a whole value and for each value in it: alternatives that lead in circles are more
 * than anybody can look at.
 */
const MAX_CHECKS = 20_000;
const MAX_CHECKS_EACH = 20;

/** Longest list of what is wrong with each alternative, in UTF-16 code units: models read it, and pay for it. */
const MAX_REASONS = 1000;

interface Place {
  /** What a person calls the value. */
  readonly where: string;
  readonly root: Json | undefined;
  readonly depth: number;
  /** Shared by the whole check: how often it may still look. */
  readonly looks: { left: number };
}

type Fault = string | undefined;
type Check = (schema: Json | undefined, value: Json, place: Place) => Fault;
type Fields = Readonly<Record<string, Json>>;

/** What is wrong with the value, in words for who gave it; undefined when it fits. */
export function schemaFault(schema: Json | undefined, value: Json, where: string): string | undefined {
  const looks = { left: MAX_CHECKS + MAX_CHECKS_EACH * sizeOf(value) };
  const fault = faultIn(schema, value, { where, root: schema, depth: 0, looks });
  // Whatever was found without having looked everywhere may be wrong.
  return looks.left < 0 ? `${where} is too large to check.` : fault;
}

/** How many values there are in a value, with itself. It may be nested too deeply for a function that calls itself. */
function sizeOf(value: Json): number {
  const open: Json[] = [value];
  let size = 0;
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    size += 1;
    if (typeof next === 'object' && next !== null) for (const item of Object.values(next)) open.push(item);
  }
  return size;
}

function faultIn(schema: Json | undefined, value: Json, place: Place): Fault {
  if (schema === undefined || schema === true) return undefined;
  if (schema === false) return `${place.where} must not be there.`;
  place.looks.left -= 1;
  if (place.looks.left < 0) return `${place.where} is too large to check.`;
  if (place.depth > MAX_DEPTH) return `${place.where} is nested too deeply.`;
  return firstOf(CHECKS, (check) => check(schema, value, { ...place, depth: place.depth + 1 }));
}

const CHECKS: readonly Check[] = [
  referenced,
  typed,
  listed,
  combined,
  conditional,
  (schema, value, place) => (typeof value === 'number' ? numberFault(schema, value, place) : undefined),
  (schema, value, place) => (typeof value === 'string' ? textFault(schema, value, place) : undefined),
  (schema, value, place) => (Array.isArray(value) ? listFault(schema, value, place) : undefined),
  (schema, value, place) => (isFields(value) ? objectFault(schema, value, place) : undefined),
];

function firstOf<T>(items: Iterable<T>, faultOf: (item: T) => Fault): Fault {
  for (const item of items) {
    const fault = faultOf(item);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function isFields(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function field(schema: Json | undefined, name: string): Json | undefined {
  return isFields(schema) && Object.hasOwn(schema, name) ? schema[name] : undefined;
}

function fieldsOf(schema: Json | undefined, name: string): Fields {
  const value = field(schema, name);
  return isFields(value) ? value : {};
}

function list(schema: Json | undefined, name: string): readonly Json[] | undefined {
  const value = field(schema, name);
  return Array.isArray(value) ? value : undefined;
}

function numeric(schema: Json | undefined, name: string): number | undefined {
  const value = field(schema, name);
  return typeof value === 'number' ? value : undefined;
}

/** A reference to nothing forbids nothing. */
function referenced(schema: Json | undefined, value: Json, place: Place): Fault {
  const ref = field(schema, '$ref');
  return typeof ref === 'string' ? faultIn(schemaAt(place.root, ref), value, place) : undefined;
}

function typed(schema: Json | undefined, value: Json, { where }: Place): Fault {
  const type = field(schema, 'type');
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (types.length === 0 || types.some((name) => isOfType(value, name))) return undefined;
  return `${where} must be ${types.join(' or ')}.`;
}

function isOfType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isFields(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function listed(schema: Json | undefined, value: Json, { where }: Place): Fault {
  const options = list(schema, 'enum');
  if (options !== undefined && !options.some((option) => same(option, value))) {
    return `${where} must be one of: ${options.map(jsonText).join(', ')}.`;
  }
  const only = field(schema, 'const');
  return only === undefined || same(only, value) ? undefined : `${where} must be ${JSON.stringify(only)}.`;
}

function same(left: Json, right: Json): boolean {
  return canonicalText(left) === canonicalText(right);
}

function combined(schema: Json | undefined, value: Json, place: Place): Fault {
  const fault = firstOf(list(schema, 'allOf') ?? [], (each) => faultIn(each, value, place));
  if (fault !== undefined) return fault;
  const not = field(schema, 'not');
  if (not !== undefined && faultIn(not, value, place) === undefined) return `${place.where} must be something else.`;
  const any = alternatives(list(schema, 'anyOf'), value, place);
  return any.fault ?? onlyOne(list(schema, 'oneOf'), value, place);
}

function conditional(schema: Json | undefined, value: Json, place: Place): Fault {
  const test = field(schema, 'if');
  if (test === undefined) return undefined;
  return faultIn(field(schema, faultIn(test, value, place) === undefined ? 'then' : 'else'), value, place);
}

/** How many of the alternatives fit, and what is wrong when none does. */
function alternatives(
  schemas: readonly Json[] = [],
  value: Json,
  place: Place,
): { readonly fitting: number; readonly fault: Fault } {
  const faults = schemas.flatMap((each) => faultIn(each, value, place) ?? []);
  const fitting = schemas.length - faults.length;
  const [only] = faults;
  if (fitting > 0 || only === undefined) return { fitting, fault: undefined };
  if (faults.length === 1) return { fitting, fault: only };
  const reasons = cut([...new Set(faults)].join(' Or: '), MAX_REASONS);
  return { fitting, fault: `${place.where} fits none of what it may be: ${reasons}` };
}

function onlyOne(schemas: readonly Json[] | undefined, value: Json, place: Place): Fault {
  const { fitting, fault } = alternatives(schemas, value, place);
  return fitting > 1 ? `${place.where} must fit exactly one of what it may be.` : fault;
}

function numberFault(schema: Json | undefined, value: number, { where }: Place): Fault {
  const bounds: readonly [string, (bound: number) => boolean, string][] = [
    ['minimum', (bound) => value >= bound, 'at least'],
    ['maximum', (bound) => value <= bound, 'at most'],
    ['exclusiveMinimum', (bound) => value > bound, 'more than'],
    ['exclusiveMaximum', (bound) => value < bound, 'less than'],
    ['multipleOf', (bound) => bound === 0 || isWhole(value / bound), 'a multiple of'],
  ];
  return firstOf(bounds, ([name, holds, words]) => {
    const bound = numeric(schema, name);
    return bound === undefined || holds(bound) ? undefined : `${where} must be ${words} ${String(bound)}.`;
  });
}

/** 0.3 is a multiple of 0.1, whatever binary fractions make of it. */
function isWhole(quotient: number): boolean {
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function textFault(schema: Json | undefined, value: string, { where }: Place): Fault {
  const pattern = field(schema, 'pattern');
  if (typeof pattern === 'string' && compiled(pattern, 'u')?.test(value) === false) {
    return `${where} must match ${pattern}.`;
  }
  const format = field(schema, 'format');
  if (typeof format === 'string' && !isOfFormat(format, value)) return `${where} must be of the format ${format}.`;
  return sizeFault(schema, Array.from(value).length, { where, names: ['minLength', 'maxLength'], unit: 'characters' });
}

function sizeFault(
  schema: Json | undefined,
  size: number,
  { where, names: [least, most], unit }: { where: string; names: readonly [string, string]; unit: string },
): Fault {
  const min = numeric(schema, least);
  if (min !== undefined && size < min) return `${where} must have at least ${String(min)} ${unit}.`;
  const max = numeric(schema, most);
  return max !== undefined && size > max ? `${where} must have at most ${String(max)} ${unit}.` : undefined;
}

function listFault(schema: Json | undefined, items: readonly Json[], place: Place): Fault {
  const { where } = place;
  const size = sizeFault(schema, items.length, { where, names: ['minItems', 'maxItems'], unit: 'items' });
  if (size !== undefined) return size;
  if (field(schema, 'uniqueItems') === true && new Set(items.map((item) => canonicalText(item))).size < items.length) {
    return `${where} must not have the same item twice.`;
  }
  const first = list(schema, 'prefixItems') ?? [];
  const rest = field(schema, 'items');
  const fault = firstOf(items.entries(), ([index, item]) =>
    faultIn(index < first.length ? first[index] : rest, item, { ...place, where: `${where}[${String(index)}]` }),
  );
  return fault ?? containsFault(schema, items, place);
}

function containsFault(schema: Json | undefined, items: readonly Json[], place: Place): Fault {
  const wanted = field(schema, 'contains');
  if (wanted === undefined) return undefined;
  const found = items.filter((item) => faultIn(wanted, item, place) === undefined).length;
  if (found < (numeric(schema, 'minContains') ?? 1)) return `${place.where} lacks an item that it must contain.`;
  const most = numeric(schema, 'maxContains') ?? Infinity;
  return found > most ? `${place.where} may contain only ${String(most)} items of that kind.` : undefined;
}

function objectFault(schema: Json | undefined, value: Fields, place: Place): Fault {
  const { where } = place;
  const required = (list(schema, 'required') ?? []).map(jsonText);
  const missing = required.find((name) => !Object.hasOwn(value, name));
  if (missing !== undefined) return `${where} must have "${missing}".`;
  const names = ['minProperties', 'maxProperties'] as const;
  const size = sizeFault(schema, Object.keys(value).length, { where, names, unit: 'fields' });
  const fault = size ?? dependentFault(schema, value, place);
  return fault ?? firstOf(Object.entries(value), ([name, item]) => propertyFault(schema, [name, item], place));
}

/** What must be there too, or be otherwise, where a field is there. */
function dependentFault(schema: Json | undefined, value: Fields, place: Place): Fault {
  const lacks = firstOf(Object.entries(fieldsOf(schema, 'dependentRequired')), ([name, others]) => {
    if (!Object.hasOwn(value, name) || !Array.isArray(others)) return undefined;
    const missing = others.map(jsonText).find((other) => !Object.hasOwn(value, other));
    return missing === undefined ? undefined : `${place.where} must have "${missing}", since it has "${name}".`;
  });
  if (lacks !== undefined) return lacks;
  return firstOf(Object.entries(fieldsOf(schema, 'dependentSchemas')), ([name, then]) =>
    Object.hasOwn(value, name) ? faultIn(then, { ...value }, place) : undefined,
  );
}

function propertyFault(schema: Json | undefined, [name, item]: readonly [string, Json], place: Place): Fault {
  const here = { ...place, where: `"${name}"` };
  const nameFault = faultIn(field(schema, 'propertyNames'), name, { ...place, where: `The name "${name}"` });
  if (nameFault !== undefined) return nameFault;
  const properties = fieldsOf(schema, 'properties');
  const patterns = Object.entries(fieldsOf(schema, 'patternProperties'));
  const fitting = patterns.filter(([pattern]) => compiled(pattern, 'u')?.test(name) === true);
  const own = Object.hasOwn(properties, name);
  const schemas = [...(own ? [properties[name]] : []), ...fitting.map(([, each]) => each)];
  if (schemas.length > 0) return firstOf(schemas, (each) => faultIn(each, item, here));
  const others = field(schema, 'additionalProperties');
  return others === false ? `${place.where} must not have "${name}".` : faultIn(others, item, here);
}
