import type { ToolRun } from '@colloquy/engine';
import { describe, expect, it } from '@jest/globals';
import { createEffects } from './create-effects.ts';
import { countedIds } from './fixtures/counted-ids.ts';
import { ManualClock } from './fixtures/manual-clock.ts';
import { parsePrices } from './prices.ts';

const effects = createEffects({
  clock: new ManualClock(),
  ids: countedIds(),
  models: { baseUrl: 'http://model.test/v1', apiKey: 'none', defaultModel: 'm', demo: false },
  prices: parsePrices('models: {}'),
  workflows: new Map(),
  limits: { firstTokenMs: 20_000, idleMs: 5000 },
});

const limitOf = (tool: ToolRun['tool']): number =>
  effects.stallLimitMs({ kind: 'tool', run: { callId: 'c', tool, arguments: {}, agent: 'a', attempt: 1 } });

describe('stallLimitMs', () => {
  it('is longer than the own timeout of what it covers, so that one that ends in time is not taken for hung', () => {
    expect(effects.stallLimitMs({ kind: 'model' })).toBe(30_000);
    expect(
      limitOf({
        name: 'pay',
        description: '',
        inputSchema: {},
        idempotent: false,
        onInterrupted: 'ask',
        approval: 'none',
        timeoutMs: 7000,
      }),
    ).toBe(17_000);
    expect(limitOf({ name: 'gone', unknown: true })).toBe(10_000);
  });
});
