/** The small things that a workflow.yaml is written with: names, lines, numbers, time spans, expressions. */
import { NAME_PATTERN } from '@colloquy/contracts';
import { z } from 'zod';

const NAME_RULE = 'must be 1 to 64 letters, digits, "_" or "-"';
/** A name of an agent, a tool, a child, a guardrail. */
export const name = z.string().regex(NAME_PATTERN, NAME_RULE);
/** Text that is not empty. */
export const line = z.string().trim().min(1, 'must not be empty');
/** A whole number from 1. */
export const count = z.int('must be a whole number').min(1, 'must be at least 1');
/** US dollars. */
export const usd = z.number().positive('must be more than 0');
/** An expression over the variables of the run; checked where its place in the file is known. */
export const expression = line.meta({ description: 'An expression over the variables, e.g. tries < 3 and not done' });

/** A variable's name. */
export const VARIABLE_PATTERN = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** A variable's name. */
export const variableName = z
  .string()
  .regex(VARIABLE_PATTERN, 'must be letters, digits or "_" and not begin with a digit');

/** A time span as people write it: 500ms, 90s, 10m, 2h. */
const DURATION = /^(\d+)(ms|s|m|h)$/;
const UNIT_MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Milliseconds of a time span such as `90s`; undefined when it is none. */
export function durationMs(text: string): number | undefined {
  const match = DURATION.exec(text);
  const unit = match?.[2];
  if (match?.[1] === undefined || !isUnit(unit)) return undefined;
  return Number(match[1]) * UNIT_MS[unit];
}

const isUnit = (unit: string | undefined): unit is keyof typeof UNIT_MS => unit !== undefined && unit in UNIT_MS;

/** A time span: 500ms, 90s, 10m, 2h. */
export const duration = z
  .string()
  .regex(DURATION, 'must be a time span such as 90s, 10m or 2h')
  .meta({ description: 'A time span: 500ms, 90s, 10m, 2h' });

/** What a person waits for ends within this time: what comes later is no limit but for ever. */
const MAX_SPAN_MS = 365 * 24 * UNIT_MS.h;
const SPAN_RULE = 'must be at least 1s and at most 8760h';
const NEVER = 'never';
const EXPIRES = new RegExp(`${DURATION.source}|^${NEVER}$`);

const inRange = (ms: number | undefined): boolean => ms === undefined || (ms >= UNIT_MS.s && ms <= MAX_SPAN_MS);

/** A time span that people wait for: from a second to a year. */
export const span = duration.refine((text) => inRange(durationMs(text)), SPAN_RULE);

/** When a question expires: a time span, or never. */
export const expiresAfter = z
  .string()
  .regex(EXPIRES, 'must be a time span such as 90s, 10m or 24h, or never')
  .refine((text) => inRange(durationMs(text)), SPAN_RULE)
  .meta({ description: 'How long a question waits for its answer: 90s, 10m, 24h; default: never, for ever' });

/** Milliseconds after which a question expires; undefined when it never does. */
export function expiryMs(text: string): number | undefined {
  return text === NEVER ? undefined : durationMs(text);
}

/** What a question that expires does to the run. */
export const onExpiry = z.enum(['go_on', 'end_run']).meta({
  description: 'go_on: the agent learns that nobody answered, an approval counts as refused; end_run: the run ends',
});

const MICRO_USD = 1_000_000;

/** Dollars as the engine counts them. */
export const microUsd = (dollars: number): number => Math.round(dollars * MICRO_USD);
