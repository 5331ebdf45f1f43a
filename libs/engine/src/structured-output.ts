/** Replies that must be JSON of a schema. */
import type { AgentDefinition, Json } from '@colloquy/contracts';
import { schemaFault } from './json-schema.ts';
import { cut } from './json-text.ts';
import type { ModelRequest } from './types.ts';

/** Longest fault that a model is told, in UTF-16 code units. */
const TOLD_LENGTH = 500;

/** What a reply comes to: the value, or what is wrong with it in words for the model. */
export type Parsed = { readonly value: Json } | { readonly fault: string };

/** Reads a reply; JSON in a code fence counts as well, since models that are not held to a format like to write one. */
export function parsedReply(output: NonNullable<AgentDefinition['output']>, text: string): Parsed {
  const value = jsonIn(text);
  if (value === undefined) return { fault: 'The reply must be JSON, and nothing but JSON.' };
  const fault = schemaFault(output.schema, value, 'The reply');
  return fault === undefined ? { value } : { fault: cut(fault, TOLD_LENGTH) };
}

function jsonIn(text: string): Json | undefined {
  const fenced = /^```[a-z]*\s*\n([\s\S]*?)\n?```$/i.exec(text.trim());
  try {
    return JSON.parse(fenced?.[1] ?? text) as Json;
  } catch {
    return undefined;
  }
}

/** What a model reads after a reply that did not fit. */
export function correction(output: NonNullable<AgentDefinition['output']>, text: string): string {
  const parsed = parsedReply(output, text);
  const fault = 'fault' in parsed ? parsed.fault : 'The reply did not fit.';
  return `${fault} Answer again, with JSON of this schema only: ${JSON.stringify(output.schema)}`;
}

/** What the provider is asked for. */
export function responseFormatOf({ name, output }: AgentDefinition): Pick<ModelRequest, 'responseFormat'> {
  if (output === undefined) return {};
  return { responseFormat: { name: `${name}_reply`.slice(0, 64), schema: output.schema, strict: output.strict } };
}
