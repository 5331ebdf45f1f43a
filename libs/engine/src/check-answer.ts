/** Whether an answer fits its question. Forms are checked against the part of JSON Schema that forms are made of. */
import type { Json } from '@colloquy/contracts';
import { canonicalText, jsonText } from './json-text.ts';
import type { OpenRequest } from './types.ts';

/** What is wrong with an answer, in words for the person; undefined when it fits. */
export function answerFault(request: OpenRequest, value: Json): string | undefined {
  switch (request.kind) {
    case 'approval':
      return typeof value === 'boolean' ? undefined : 'The answer must be true or false.';
    case 'text':
      return typeof value === 'string' ? undefined : 'The answer must be text.';
    case 'choice':
      return choiceFault(request.schema, value);
    case 'form':
      return schemaFault(request.schema, value, 'The answer');
  }
}

function choiceFault(schema: Json | undefined, value: Json): string | undefined {
  const options = field(schema, 'enum');
  if (!Array.isArray(options)) return typeof value === 'string' ? undefined : 'The answer must be text.';
  return oneOf(options, value) ? undefined : `The answer must be one of: ${options.map(jsonText).join(', ')}.`;
}

function oneOf(options: readonly Json[], value: Json): boolean {
  const wanted = canonicalText(value);
  return options.some((option) => canonicalText(option) === wanted);
}

function field(schema: Json | undefined, name: string): Json | undefined {
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) return undefined;
  return Object.hasOwn(schema, name) ? schema[name] : undefined;
}

function schemaFault(schema: Json | undefined, value: Json, where: string): string | undefined {
  const type = field(schema, 'type');
  const types = (Array.isArray(type) ? type : [type]).filter((name) => typeof name === 'string');
  if (types.length > 0 && !types.some((name) => isOfType(value, name)))
    return `${where} must be ${types.join(' or ')}.`;
  const options = field(schema, 'enum');
  if (Array.isArray(options) && !oneOf(options, value))
    return `${where} must be one of: ${options.map(jsonText).join(', ')}.`;
  if (Array.isArray(value)) return itemFault(schema, value, where);
  return typeof value === 'object' && value !== null ? objectFault(schema, value, where) : undefined;
}

function isOfType(value: Json, type: string): boolean {
  switch (type) {
    case 'null':
      return value === null;
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'integer':
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function itemFault(schema: Json | undefined, items: readonly Json[], where: string): string | undefined {
  const itemSchema = field(schema, 'items');
  for (const [index, item] of items.entries()) {
    const fault = schemaFault(itemSchema, item, `${where}[${String(index)}]`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function objectFault(schema: Json | undefined, value: { [key: string]: Json }, where: string): string | undefined {
  const required = field(schema, 'required');
  const missing = Array.isArray(required)
    ? required.map(jsonText).find((name) => !Object.hasOwn(value, name))
    : undefined;
  if (missing !== undefined) return `${where} must have "${missing}".`;
  const properties = field(schema, 'properties');
  for (const [name, item] of Object.entries(value)) {
    const fault = schemaFault(field(properties, name), item, `"${name}"`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}
