import { jsonSchema, type Json, type ToolDefinition } from '@colloquy/contracts';
import { schemaFault } from '@colloquy/engine';
import type { z } from 'zod';
import type { HttpToolYaml } from './yaml/outside-tools.ts';

type InputSchema = ToolDefinition['inputSchema'];

const SHORT = /^(string|number|integer|boolean)(\?)?$/;

/** The arguments of an HTTP tool. */
export interface HttpToolInput {
  /** As models are given it. */
  readonly schema: InputSchema;
  /** Names of the arguments. */
  readonly names: readonly string[];
  /** Checks arguments; fills in defaults. */
  readonly check: z.ZodType;
}

/**
 * Reads `input` of an HTTP tool: one JSON Schema of type object, or a map of arguments.
 * @throws Error that says which argument is wrong
 */
export function httpToolInput(input: HttpToolYaml['input']): HttpToolInput {
  const schema = input['type'] === 'object' ? input : objectOf(input);
  const properties = asMap(schema['properties'] ?? {});
  if (properties === undefined) throw new Error('"properties" must be a map of arguments');
  return { schema, names: Object.keys(properties), check: checkOf(schema) };
}

/** As strict as replies, forms and what child runs are asked: the same check of the same keywords. */
function checkOf(schema: InputSchema): z.ZodType {
  return jsonSchema.transform((given, ctx) => {
    const value = withDefaults(schema, given);
    const message = schemaFault(schema, value, 'The arguments');
    if (message !== undefined) ctx.addIssue({ code: 'custom', message });
    return value;
  });
}

/** What is not given, and has a default, is given; deep inside too. */
function withDefaults(schema: Json | undefined, given: Json): Json {
  const fields = asMap(given);
  const properties = asMap(asMap(schema ?? null)?.['properties'] ?? null);
  if (fields === undefined || properties === undefined) return given;
  const filled = Object.entries(properties).flatMap(([name, inner]): [string, Json][] => {
    const own = Object.hasOwn(fields, name) ? fields[name] : asMap(inner)?.['default'];
    return own === undefined ? [] : [[name, withDefaults(inner, own)]];
  });
  return { ...fields, ...Object.fromEntries(filled) };
}

function objectOf(input: HttpToolYaml['input']): InputSchema {
  const entries = Object.entries(input).map(([name, written]) => ({ name, ...argumentOf(name, written) }));
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(({ name, schema }) => [name, schema])),
    required: entries.flatMap(({ name, required }) => (required ? [name] : [])),
    additionalProperties: false,
  };
}

function argumentOf(name: string, written: Json): { schema: Json; required: boolean } {
  if (typeof written === 'string') {
    const [, type, optional] = SHORT.exec(written) ?? [];
    if (type !== undefined) return { schema: { type }, required: optional === undefined };
  }
  const map = asMap(written);
  if (map === undefined)
    throw new Error(`"${name}" must be string, number, integer or boolean (with ? when it may be left out), or a map`);
  const { optional, ...schema } = map;
  return { schema, required: optional !== true && !('default' in schema) };
}

function asMap(value: Json): Record<string, Json> | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

/** `{name}` in a text, but not `${NAME}`. */
const PLACEHOLDER = /(?<!\$)\{([A-Za-z_][A-Za-z0-9_]*)\}/g;

/** Replaces every `{name}` of a text. */
export function fillIn(text: string, value: (name: string) => string): string {
  return text.replace(PLACEHOLDER, (_whole, name: string) => value(name));
}

/** The arguments that a text names. */
export function namedIn(text: string): string[] {
  return [...text.matchAll(PLACEHOLDER)].flatMap(([, name]) => name ?? []);
}

/** The arguments that a body names, wherever in it. */
export function namedInBody(body: Json | undefined): string[] {
  if (typeof body === 'string') return namedIn(body);
  if (Array.isArray(body)) return body.flatMap(namedInBody);
  return typeof body === 'object' && body !== null ? Object.values(body).flatMap(namedInBody) : [];
}
