import { describe, expect, it } from '@jest/globals';
import { DEMO_MODEL } from './model-settings.ts';
import { loadPrices, parsePrices } from './prices.ts';

const tokens = (promptTokens: number, cachedTokens: number, completionTokens: number) => ({
  promptTokens,
  cachedTokens,
  completionTokens,
});

describe('prices', () => {
  const prices = parsePrices('models: { m: { prompt: 150000, cached: 75000, completion: 600000 } }');

  it('P7: counts cached tokens at their own price, in whole millionths of a dollar', () => {
    expect(prices.cost('m', tokens(1_000_000, 0, 0))).toBe(150_000);
    expect(prices.cost('m', tokens(1000, 400, 100))).toBe(90 + 30 + 60);
    expect(prices.cost('m', tokens(3, 0, 1))).toBe(1);
    expect(prices.cost('m', tokens(10, 99, 0))).toBe(1);
  });

  it('knows a snapshot by the name of its model, and says when it knows no price', () => {
    expect(prices.has('m-2026-01-31')).toBe(true);
    expect(prices.cost('m-large', tokens(1, 1, 1))).toBeNull();
    expect(prices.has('m-large')).toBe(false);
  });

  it('names what is wrong', () => {
    expect(() => parsePrices('models: { m: { prompt: 0.15 } }')).toThrow(/models\.m\.prompt/);
  });

  it('ships prices, also one for the demo model', async () => {
    const shipped = await loadPrices();
    expect(shipped.hash).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(shipped.cost(DEMO_MODEL, tokens(1000, 0, 1000))).toBeGreaterThan(0);
    expect(shipped.has('gpt-4o-mini-2024-07-18')).toBe(true);
  });
});
