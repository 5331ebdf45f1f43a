import { parseArgs } from 'node:util';

/** The services that can be scaled alone, in the order in which they are measured. */
export const SCALED = ['orchestrator', 'persistence', 'realtime-gateway', 'api-gateway', 'event-logger'] as const;

/** One of them. */
export type ScaledName = (typeof SCALED)[number];

/** What a scale test is told. */
export interface ScaleOptions {
  readonly services: readonly ScaledName[];
  /** How many instances there are at most. */
  readonly most: number;
  /** How long each number of instances is measured. */
  readonly seconds: number;
  /** How many people talk at once. */
  readonly people: number;
  readonly json: boolean;
}

/** An option that cannot be used; the message is for people. */
export class ScaleOptionError extends Error {
  override readonly name = 'ScaleOptionError';
}

/**
 * Reads the command line; undefined when help was asked for.
 * @throws ScaleOptionError, or TypeError of parseArgs for an option that there is not
 */
export function parseScaleOptions(args: readonly string[]): ScaleOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      services: { type: 'string', default: SCALED.join(',') },
      most: { type: 'string', default: '4' },
      seconds: { type: 'string', default: '8' },
      people: { type: 'string', default: '16' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  return {
    services: values.services.split(',').map(serviceNamed),
    most: wholeNumber('most', values.most, { from: 2, to: 16 }),
    seconds: wholeNumber('seconds', values.seconds, { from: 1, to: 600 }),
    people: wholeNumber('people', values.people, { from: 1, to: 500 }),
    json: values.json,
  };
}

function serviceNamed(text: string): ScaledName {
  const found = SCALED.find((name) => name === text.trim());
  if (found === undefined) throw new ScaleOptionError(`--services knows ${SCALED.join(', ')}, not "${text}"`);
  return found;
}

function wholeNumber(name: string, text: string, { from, to }: { from: number; to: number }): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new ScaleOptionError(`--${name} is a whole number from ${from} to ${to}, not "${text}"`);
}
