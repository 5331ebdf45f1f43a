/**
 * From the JSON Schema of an answer to the fields of a form. What forms cannot draw (lists of objects, alternatives, deeper
 * nesting) is a field for JSON: the engine judges the whole answer anyway, this only spares people a rejection.
 */
import type { Json, PendingRequest } from '@colloquy/contracts';

/** What is asked; a question of a transcript and one of the inbox both have it. */
export type AskedRequest = Pick<PendingRequest, 'requestId' | 'kind' | 'schema' | 'expiresAt'>;

/** One of several values. */
export interface Option {
  readonly value: Json;
  readonly label: string;
}

/** What a value must keep to; names as JSON Schema has them. */
export type Limits = Readonly<Partial<Record<LimitName, number>>> & {
  readonly pattern?: string;
  readonly format?: string;
};

const LIMIT_NAMES = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
] as const;
type LimitName = (typeof LIMIT_NAMES)[number];

/** How a field is filled in. */
export type FieldKind = 'text' | 'number' | 'integer' | 'yes_no' | 'choice' | 'choices' | 'date' | 'date_time' | 'json';

/** One field of a form, or a group of them. */
export interface Field {
  /** Names from the outside in, joined by dots; the only field of an answer that is no object is `answer`. */
  readonly path: string;
  readonly name: string;
  /** Empty when the schema gives none and the name says nothing to a person. */
  readonly label: string;
  readonly hint?: string;
  readonly required: boolean;
  readonly kind: FieldKind | 'group';
  readonly nullable: boolean;
  readonly options: readonly Option[];
  readonly limits: Limits;
  readonly initial?: Json;
  /** Of a group. */
  readonly fields: readonly Field[];
}

/** The fields of an answer. */
export interface AnswerFields {
  readonly fields: readonly Field[];
  /** True when the answer is an object of them; false when the only field is the answer. */
  readonly isObject: boolean;
}

type Schema = Readonly<Record<string, Json>>;

/** The options of a choice, when its schema lists them. */
export function optionsOf(schema: Json | undefined): readonly Option[] {
  const { enum: listed, oneOf, anyOf, const: only } = schemaOf(schema);
  if (Array.isArray(listed)) return listed.map(optionOf);
  if (only !== undefined) return [optionOf(only)];
  const alternatives = [oneOf, anyOf].find(isList) ?? [];
  const named = alternatives.map(schemaOf).filter((each) => 'const' in each);
  if (named.length === 0 || named.length < alternatives.length) return [];
  return named.map(({ const: value = null, title }) => ({
    value,
    label: typeof title === 'string' ? title : optionOf(value).label,
  }));
}

function optionOf(value: Json): Option {
  return { value, label: typeof value === 'string' ? value : JSON.stringify(value) };
}

/** The fields of what is asked: one for each property of the schema, or one for the whole answer. */
export function answerFieldsOf({ kind, schema }: Pick<AskedRequest, 'kind' | 'schema'>): AnswerFields {
  const root = kind === 'form' ? resolved(schema, schema) : {};
  const properties = schemaOf(root['properties']);
  if (Object.keys(properties).length > 0) {
    return { fields: propertiesOf(root, { root: schema, path: '' }), isObject: true };
  }
  const whole = fieldOf(root, { root: schema, path: 'answer', name: '', required: true });
  // Who wants an object and says nothing of it gets what was written, under a name.
  if (root['type'] === 'object') return { fields: [{ ...whole, kind: 'text' }], isObject: true };
  return { fields: [whole], isObject: kind === 'form' && root['type'] === undefined && whole.options.length === 0 };
}

interface Place {
  /** Of the whole schema: references lead there. */
  readonly root: Json | undefined;
  readonly path: string;
}

function propertiesOf(schema: Schema, { root, path }: Place): readonly Field[] {
  const { required } = schema;
  return Object.entries(schemaOf(schema['properties'])).map(([name, part]) =>
    fieldOf(resolved(part, root), {
      root,
      path: path === '' ? name : `${path}.${name}`,
      name,
      required: isList(required) && required.includes(name),
    }),
  );
}

function fieldOf(schema: Schema, at: Place & { readonly name: string; readonly required: boolean }): Field {
  const kind = kindOf(schema, at);
  const { title, description, default: initial } = schema;
  return {
    path: at.path,
    name: at.name,
    label: typeof title === 'string' ? title : at.name,
    ...(typeof description === 'string' ? { hint: description } : {}),
    required: at.required,
    kind,
    nullable: isNullable(schema),
    options: optionsOf(kind === 'choices' ? resolved(schema['items'], at.root) : schema),
    limits: limitsOf(schema),
    ...(initial === undefined ? {} : { initial }),
    fields: kind === 'group' ? propertiesOf(schema, at) : [],
  };
}

function kindOf(schema: Schema, { root, path }: Place): Field['kind'] {
  if (optionsOf(schema).length > 0) return 'choice';
  switch (typeOf(schema)) {
    case 'integer':
      return 'integer';
    case 'number':
      return 'number';
    case 'boolean':
      return 'yes_no';
    case 'array':
      return optionsOf(resolved(schema['items'], root)).length > 0 ? 'choices' : 'json';
    case 'object':
      // One level: what is nested more deeply nobody wants to fill in field by field.
      return !path.includes('.') && Object.keys(schemaOf(schema['properties'])).length > 0 ? 'group' : 'json';
    case 'string':
    case undefined:
      return textKindOf(schema);
    default:
      return 'json';
  }
}

function textKindOf({ format }: Schema): FieldKind {
  if (format === 'date') return 'date';
  return format === 'date-time' ? 'date_time' : 'text';
}

/** The one type that is not null. */
function typeOf(schema: Schema): string | undefined {
  const { type } = schema;
  if (typeof type === 'string') return type;
  if (!isList(type)) return undefined;
  const types = type.filter((name) => name !== 'null');
  return types.length === 1 && typeof types[0] === 'string' ? types[0] : 'any';
}

function isNullable({ type }: Schema): boolean {
  return isList(type) && type.includes('null');
}

function limitsOf(schema: Schema): Limits {
  const { pattern, format } = schema;
  const numbers = LIMIT_NAMES.flatMap((name) => {
    const value = schema[name];
    return typeof value === 'number' ? [[name, value] as const] : [];
  });
  return {
    ...Object.fromEntries(numbers),
    ...(typeof pattern === 'string' ? { pattern } : {}),
    ...(typeof format === 'string' ? { format } : {}),
  };
}

const MAX_REFERENCES = 8;

/** Follows references within the schema, and `anyOf` of something and null, as generators write "may be left out". */
function resolved(part: Json | undefined, root: Json | undefined): Schema {
  let schema = schemaOf(part);
  for (let depth = 0; depth < MAX_REFERENCES; depth++) {
    const { $ref: reference, anyOf, ...rest } = schema;
    const sole = isList(anyOf) ? anyOf.map(schemaOf).filter(({ type }) => type !== 'null') : [];
    if (typeof reference === 'string') schema = { ...schemaOf(at(root, reference)), ...rest };
    else if (isList(anyOf) && sole.length === 1 && anyOf.length === 2) schema = orNull({ ...sole[0], ...rest });
    else return schema;
  }
  return schema;
}

function orNull(schema: Schema): Schema {
  const { type } = schema;
  return typeof type === 'string' ? { ...schema, type: [type, 'null'] } : schema;
}

/** What a JSON pointer within the document names. */
function at(root: Json | undefined, reference: string): Json | undefined {
  if (!reference.startsWith('#/')) return reference === '#' ? root : undefined;
  let found = root;
  for (const name of reference.slice(2).split('/')) {
    found = schemaOf(found)[decodeURIComponent(name).replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return found;
}

function schemaOf(schema: Json | undefined): Schema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? schema : {};
}

function isList(value: Json | undefined): value is Json[] {
  return Array.isArray(value);
}
