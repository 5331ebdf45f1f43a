import { z } from 'zod';

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** Any JSON value. */
export const jsonSchema: z.ZodType<Json> = z.unknown().meta({ description: 'Any JSON value' }) as z.ZodType<Json>;

/** Variables of a run: name to JSON value. */
export const variablesSchema = z.record(z.string(), jsonSchema);
/** Variables of a run: name to JSON value. */
export type Variables = z.infer<typeof variablesSchema>;

/** Instant in ISO-8601 with milliseconds, UTC. */
export const instantSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/)
  .meta({ description: 'ISO-8601 instant with milliseconds, UTC' });

/** A count: whole and not negative. */
export const countSchema = z.int().min(0);

/** Tokens and money of a chat so far. */
export const totalsSchema = z
  .object({
    promptTokens: countSchema,
    cachedTokens: countSchema,
    completionTokens: countSchema,
    costMicroUsd: countSchema.meta({
      description: 'Millionths of a US dollar; calls without a known price add nothing',
    }),
    modelCalls: countSchema,
  })
  .meta({ description: 'Cumulative for the chat' });
/** Tokens and money of a chat so far. */
export type Totals = z.infer<typeof totalsSchema>;
