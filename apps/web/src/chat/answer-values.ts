/** What stands in the fields of a form, what is wrong with it, and the answer that it makes. */
import type { Json } from '@colloquy/contracts';
import type { AnswerFields, Field, Limits } from './answer-schema.ts';

/** What stands in one field: a text, a tick, or the places of the chosen options. A choice is the place as a text. */
export type Filled = string | boolean | readonly number[];

/** What stands in each field, by its path. */
export type FormValues = Readonly<Record<string, Filled>>;

/** What is wrong with one field; the words for it are the page's. */
export interface Fault {
  readonly path: string;
  readonly rule:
    | 'required'
    | 'number'
    | 'integer'
    | 'date'
    | 'json'
    | 'format'
    | 'pattern'
    | 'multipleOf'
    | 'minimum'
    | 'maximum'
    | 'exclusiveMinimum'
    | 'exclusiveMaximum'
    | 'minLength'
    | 'maxLength'
    | 'minItems'
    | 'maxItems';
  /** The limit that is not kept. */
  readonly limit?: number | string;
}

/** What stands in the fields before anybody has touched them: the defaults of the schema. */
export function initialValues(fields: readonly Field[]): FormValues {
  const pairs = fields.flatMap((field): (readonly [string, Filled])[] => {
    if (field.kind === 'group') return Object.entries(initialValues(withDefaults(field)));
    return [[field.path, initialOf(field)]];
  });
  return Object.fromEntries(pairs);
}

/** A default of the group is one for each of its fields. */
function withDefaults({ fields, initial }: Field): readonly Field[] {
  if (typeof initial !== 'object' || initial === null || Array.isArray(initial)) return fields;
  return fields.map((field) => {
    const value = initial[field.name];
    return value === undefined ? field : { ...field, initial: value };
  });
}

function initialOf({ kind, initial, options }: Field): Filled {
  if (kind === 'yes_no') return initial === true;
  if (kind === 'choices') return Array.isArray(initial) ? initial.map((each) => placeOf(options, each)) : [];
  if (initial === undefined || initial === null) return '';
  if (kind === 'choice') return String(placeOf(options, initial));
  return kind === 'json' || typeof initial === 'object' ? JSON.stringify(initial, null, 2) : String(initial);
}

function placeOf(options: Field['options'], value: Json): number {
  return options.findIndex((option) => JSON.stringify(option.value) === JSON.stringify(value));
}

/** The first thing that is wrong with each field, in the order of the fields. */
export function faultsOf(fields: readonly Field[], values: FormValues): readonly Fault[] {
  return fields.flatMap((field) => {
    if (field.kind === 'group') return isLeftOut(field, values) ? [] : faultsOf(field.fields, values);
    const fault = faultOf(field, values[field.path] ?? '');
    return fault === undefined ? [] : [{ path: field.path, ...fault }];
  });
}

/** A group that need not be there, and in which nothing stands, is not there. */
function isLeftOut(group: Field, values: FormValues): boolean {
  return !group.required && group.fields.every(({ path }) => isEmpty(values[path] ?? ''));
}

function isEmpty(filled: Filled): boolean {
  if (typeof filled === 'boolean') return !filled;
  return typeof filled === 'string' ? filled.trim() === '' : filled.length === 0;
}

type Wrong = Omit<Fault, 'path'> | undefined;

function faultOf(field: Field, filled: Filled): Wrong {
  if (typeof filled === 'boolean') return undefined;
  if (typeof filled !== 'string') return itemsFault(field, filled.length);
  if (filled.trim() === '') return field.required && !mayBeEmpty(field) ? { rule: 'required' } : undefined;
  switch (field.kind) {
    case 'number':
    case 'integer':
      return numberFault(field, Number(filled));
    case 'date':
    case 'date_time':
      return Number.isNaN(Date.parse(filled)) ? { rule: 'date' } : undefined;
    case 'json':
      return parseJson(filled) === undefined ? { rule: 'json' } : undefined;
    case 'text':
      return textFault(field.limits, filled);
    default:
      return undefined;
  }
}

/** What may be null need not be filled in, though it must be there. */
function mayBeEmpty({ nullable }: Field): boolean {
  return nullable;
}

function itemsFault({ required, limits: { minItems = 0, maxItems = Infinity } }: Field, count: number): Wrong {
  if (count === 0 && !required) return undefined;
  if (count < minItems) return count === 0 ? { rule: 'required' } : { rule: 'minItems', limit: minItems };
  return count > maxItems ? { rule: 'maxItems', limit: maxItems } : undefined;
}

function numberFault({ kind, limits }: Field, value: number): Wrong {
  if (!Number.isFinite(value)) return { rule: 'number' };
  if (kind === 'integer' && !Number.isInteger(value)) return { rule: 'integer' };
  const kept: readonly (readonly [keyof Limits & Fault['rule'], (limit: number) => boolean])[] = [
    ['minimum', (limit) => value >= limit],
    ['maximum', (limit) => value <= limit],
    ['exclusiveMinimum', (limit) => value > limit],
    ['exclusiveMaximum', (limit) => value < limit],
    ['multipleOf', (limit) => limit === 0 || isWhole(value / limit)],
  ];
  for (const [rule, keeps] of kept) {
    const limit = limits[rule];
    if (typeof limit === 'number' && !keeps(limit)) return { rule, limit };
  }
  return undefined;
}

/** 0.3 is a multiple of 0.1, whatever binary fractions make of it. */
function isWhole(quotient: number): boolean {
  return Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient));
}

function textFault({ minLength = 0, maxLength = Infinity, pattern, format }: Limits, text: string): Wrong {
  const length = Array.from(text).length;
  if (length < minLength) return { rule: 'minLength', limit: minLength };
  if (length > maxLength) return { rule: 'maxLength', limit: maxLength };
  if (pattern !== undefined && !matches(pattern, text)) return { rule: 'pattern', limit: pattern };
  return format === undefined || isOfFormat(format, text) ? undefined : { rule: 'format', limit: format };
}

/** The formats that people get wrong; the engine looks at the others. */
function isOfFormat(format: string, text: string): boolean {
  if (format === 'email') return /^[^\s@]+@[^\s@]+$/.test(text);
  return format !== 'uri' || URL.canParse(text);
}

/** A pattern that is none forbids nothing: the engine sees it so too. */
function matches(pattern: string, text: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(text);
  } catch {
    return true;
  }
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** The answer that a form makes. A field that was left empty and need not be filled is left out. */
export function answerOf({ fields, isObject }: AnswerFields, values: FormValues): Json {
  if (isObject) return objectOf(fields, values);
  const [only] = fields;
  return (only === undefined ? undefined : valueOf(only, values)) ?? '';
}

function objectOf(fields: readonly Field[], values: FormValues): Record<string, Json> {
  const pairs = fields.flatMap((field): (readonly [string, Json])[] => {
    const value = valueOf(field, values);
    return value === undefined ? [] : [[field.name === '' ? field.path : field.name, value]];
  });
  return Object.fromEntries(pairs);
}

function valueOf(field: Field, values: FormValues): Json | undefined {
  if (field.kind === 'group') return isLeftOut(field, values) ? undefined : objectOf(field.fields, values);
  const filled = values[field.path] ?? '';
  if (typeof filled === 'boolean') return filled;
  if (typeof filled === 'string') return filled.trim() === '' ? emptyOf(field) : textValue(field, filled);
  if (filled.length === 0 && !field.required) return undefined;
  return filled.flatMap((place) => field.options[place]?.value ?? []);
}

function emptyOf({ nullable, required }: Field): Json | undefined {
  return nullable && required ? null : undefined;
}

function textValue({ kind, options }: Field, text: string): Json | undefined {
  switch (kind) {
    case 'number':
    case 'integer':
      return Number(text);
    case 'choice':
      return options[Number(text)]?.value;
    case 'date_time':
      return new Date(text).toISOString();
    case 'json':
      return parseJson(text);
    default:
      return text;
  }
}
