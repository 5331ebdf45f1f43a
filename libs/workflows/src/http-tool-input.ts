import type { Json, ToolDefinition } from '@colloquy/contracts';
import { z } from 'zod';
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

function checkOf(schema: InputSchema): z.ZodType {
  const read: unknown = schema;
  return z.fromJSONSchema(
    z
      .record(
        z.string(),
        z.custom<never>(() => true),
      )
      .parse(read),
  );
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
