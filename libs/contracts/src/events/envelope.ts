import { z } from 'zod';
import { idSchema } from '../ids.ts';
import { countSchema, instantSchema } from '../values.ts';

/** What every event carries. `seq` starts at 1 and has no holes within a chat. */
export const envelopeShape = {
  seq: countSchema.min(1).meta({ description: 'Position in the chat: starts at 1, no holes' }),
  at: instantSchema,
  runId: idSchema.optional().meta({ description: 'The run it belongs to' }),
  agent: z.string().optional().meta({ description: 'Name of the agent whose turn it is' }),
  commandId: idSchema.optional().meta({ description: 'The command that caused it' }),
};

/** The envelope, with what an event says more narrowly of it (a run's events always carry their runId). */
type EventShape<T extends string, S extends z.ZodRawShape> = { type: z.ZodLiteral<T> } & Omit<
  typeof envelopeShape,
  keyof S
> &
  S;

/**
 * Declares one event type.
 * @param type - the event's name on the wire
 * @param description - one line for the reference
 * @param shape - the fields beyond the envelope
 */
export function defineEvent<T extends string, S extends z.ZodRawShape>(type: T, description: string, shape: S) {
  const all: EventShape<T, S> = { type: z.literal(type), ...envelopeShape, ...shape };
  return z.object(all).meta({ id: type, title: type, description });
}
