import { z } from 'zod';

/** Names of agents, tools and the like: what every model provider takes as a function name. */
export const NAME_PATTERN = /^[A-Za-z0-9_-]{1,64}$/;
/** A name as {@link NAME_PATTERN} has it. */
export const nameSchema = z.string().regex(NAME_PATTERN, 'must be 1 to 64 letters, digits, "_" or "-"');

/** An expression over the run's variables; its grammar is in docs/reference/expressions.md. */
export const expressionSchema = z.string().min(1).meta({ description: 'An expression over the variables of the run' });
