import { jsonSchema, type Json } from '@colloquy/contracts';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Schema, Schemas } from './resolve/resolve-schema.ts';

/** What the files that a workflow.yaml names as schemas hold, by their name as it writes it. */
export type SchemaFiles = ReadonlyMap<string, { readonly value: Json } | { readonly problem: string }>;

/** Reads every file beside the workflow.yaml that it names as a schema. What cannot be read is told, never thrown. */
export async function readSchemaFiles(dir: string, written: unknown): Promise<SchemaFiles> {
  const names = [...new Set(namesIn(written))];
  const found = await Promise.all(names.map(async (name) => [name, await read(dir, name)] as const));
  return new Map(found.flatMap(([name, content]) => (content === undefined ? [] : [[name, content] as const])));
}

/** The schemas among them. */
export function schemasOf(files: SchemaFiles): Schemas {
  return new Map(
    [...files].flatMap(([name, file]) => ('value' in file && isSchema(file.value) ? [[name, file.value]] : [])),
  );
}

const isSchema = (value: Json): value is Schema => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Every text that ends in .json under `output`, `schema` or `input`. */
function namesIn(value: unknown, key = ''): string[] {
  if (typeof value === 'string')
    return ['output', 'schema', 'input'].includes(key) && value.endsWith('.json') ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((item) => namesIn(item));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([inner, item]) => namesIn(item, inner));
}

async function read(dir: string, name: string): Promise<{ value: Json } | { problem: string } | undefined> {
  const file = path.resolve(dir, name);
  if (!file.startsWith(`${path.resolve(dir)}${path.sep}`)) return { problem: 'must lie in the folder of the workflow' };
  const text = await readFile(file, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    return { value: jsonSchema.parse(JSON.parse(text)) };
  } catch (error) {
    return { problem: `is not valid JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
