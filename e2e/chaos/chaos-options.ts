import { parseArgs } from 'node:util';

/** What a chaos run is told. */
export interface ChaosOptions {
  readonly seed: number;
  /** How long faults are made. */
  readonly minutes: number;
  /** How many chats go on at once. */
  readonly chats: number;
  readonly natsNodes: 1 | 3;
  readonly json: boolean;
}

/** An option that cannot be used; the message is for people. */
export class ChaosOptionError extends Error {
  override readonly name = 'ChaosOptionError';
}

function numberIn(text: string, rule: { name: string; from: number; to: number; whole: boolean }): number {
  const value = Number(text);
  const fits = text.trim() !== '' && value >= rule.from && value <= rule.to && (!rule.whole || Number.isInteger(value));
  if (fits) return value;
  throw new ChaosOptionError(
    `--${rule.name} is a ${rule.whole ? 'whole ' : ''}number from ${rule.from} to ${rule.to}, not "${text}"`,
  );
}

/**
 * Reads the command line; undefined when help was asked for.
 * @param freshSeed - the seed when none is given
 * @throws ChaosOptionError, or TypeError of parseArgs for an option that there is not
 */
export function parseChaosOptions(args: readonly string[], freshSeed: number): ChaosOptions | undefined {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: String(freshSeed) },
      minutes: { type: 'string', default: '3' },
      chats: { type: 'string', default: '8' },
      'nats-nodes': { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return undefined;
  const nodes = values['nats-nodes'];
  if (nodes !== '1' && nodes !== '3') throw new ChaosOptionError(`--nats-nodes is 1 or 3, not "${nodes}"`);
  return {
    seed: numberIn(values.seed, { name: 'seed', from: 0, to: 4_294_967_295, whole: true }),
    minutes: numberIn(values.minutes, { name: 'minutes', from: 0.2, to: 1440, whole: false }),
    chats: numberIn(values.chats, { name: 'chats', from: 1, to: 200, whole: true }),
    natsNodes: nodes === '3' ? 3 : 1,
    json: values.json,
  };
}

/** The command that makes the same faults again. */
export const replayCommand = ({ seed, minutes, chats, natsNodes }: ChaosOptions): string =>
  `npm run chaos -- --seed ${seed} --minutes ${minutes} --chats ${chats} --nats-nodes ${natsNodes}`;
