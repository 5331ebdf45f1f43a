import type { Json } from '@colloquy/contracts';
import type { SchemaYaml } from '../yaml/agent.ts';

/** A JSON Schema. */
export type Schema = Record<string, Json>;
/** The schemas of files, by the file's name as the workflow.yaml writes it. */
export type Schemas = ReadonlyMap<string, Schema>;

/** The schema that is meant. A file that could not be read was a fault before. */
export function resolveSchema(written: SchemaYaml, schemas: Schemas): Schema {
  return typeof written === 'string' ? (schemas.get(written) ?? {}) : written;
}
