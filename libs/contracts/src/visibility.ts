import { z } from 'zod';

/** Marks a field that must never leave the services: gateways, HTTP and the chat document drop it. */
export function privateField<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), private: true });
}

/** Names of the fields of an object schema that are marked private, also through `.optional()`. */
export function privateFieldsOf(schema: z.ZodObject): string[] {
  return Object.entries(schema.shape)
    .filter(([, field]) => isPrivate(field))
    .map(([name]) => name);
}

function isPrivate(field: unknown): boolean {
  if (!(field instanceof z.ZodType)) return false;
  if (field.meta()?.['private'] === true) return true;
  return field instanceof z.ZodOptional && isPrivate(field.unwrap());
}
