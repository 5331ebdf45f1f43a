import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';

const price = z.int().min(0);
const pricesSchema = z.strictObject({
  models: z.record(z.string(), z.strictObject({ prompt: price, cached: price, completion: price })),
});

/** Tokens of one call. */
export interface TokenCounts {
  readonly promptTokens: number;
  /** Those of `promptTokens` that came from the provider's cache. */
  readonly cachedTokens: number;
  readonly completionTokens: number;
}

/** What models cost. */
export interface Prices {
  /** SHA-256 of the file as base64url: recorded with each definition, so that a cost can be explained later. */
  readonly hash: string;
  /** Is the model's price known? */
  has(model: string): boolean;
  /** Millionths of a US dollar, rounded; null when the price is unknown. */
  cost(model: string, tokens: TokenCounts): number | null;
}

const PER_TOKENS = 1_000_000;
/** gpt-4o-2024-08-06 is a snapshot of gpt-4o and costs the same. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/**
 * Reads prices from YAML.
 * @throws Error that names what is wrong
 */
export function parsePrices(text: string): Prices {
  const checked = pricesSchema.safeParse(parse(text));
  if (!checked.success) throw new Error(`The prices are not valid: ${z.prettifyError(checked.error)}`);
  const models = new Map(Object.entries(checked.data.models));
  const find = (model: string) => models.get(model) ?? models.get(model.replace(SNAPSHOT, ''));
  return {
    hash: createHash('sha256').update(text).digest('base64url'),
    has: (model) => find(model) !== undefined,
    cost(model, { promptTokens, cachedTokens, completionTokens }) {
      const found = find(model);
      if (found === undefined) return null;
      const cached = Math.min(cachedTokens, promptTokens);
      const total =
        (promptTokens - cached) * found.prompt + cached * found.cached + completionTokens * found.completion;
      return Math.round(total / PER_TOKENS);
    },
  };
}

/**
 * Reads a file of prices; without a path the one that is shipped.
 * @throws Error when it cannot be read or is not valid
 */
export async function loadPrices(file: string | URL = new URL('../prices.yaml', import.meta.url)): Promise<Prices> {
  return parsePrices(await readFile(file, 'utf8'));
}
