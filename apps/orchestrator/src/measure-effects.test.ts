import { describe, expect, it } from '@jest/globals';
import { ModelError, type Effects } from '@colloquy/effects';
import { Metrics } from '@colloquy/service';
import { measureEffects } from './measure-effects.ts';

type Call = Parameters<Effects['callModel']>;

/** Effects whose model says two pieces, the first after 250 ms, or fails; and what is measured of them. */
function measured(failure?: Error) {
  let now = 0;
  const metrics = new Metrics('orchestrator');
  const effects = {
    modelName: (model: string) => (model === 'default' ? 'real' : model),
    callModel: async (_request: Call[0], context: Call[1]) => {
      if (failure) throw failure;
      now += 250;
      context.onPiece({ kind: 'text', messageId: 'm', text: 'a' });
      now += 1000;
      context.onPiece({ kind: 'text', messageId: 'm', text: 'b' });
      return {};
    },
  } as unknown as Effects;
  const measuring = measureEffects(effects, metrics, { monotonic: () => now });
  const pieces: string[] = [];
  const call = () =>
    measuring.callModel({ model: 'default' } as Call[0], {
      signal: new AbortController().signal,
      onPiece: ({ text }) => void pieces.push(text),
    });
  return { call, pieces, text: () => metrics.registry.metrics() };
}

describe('model calls', () => {
  it('are measured to their first piece, under the name of the model that answers, and change nothing', async () => {
    const { call, pieces, text } = measured();
    await call();
    expect(pieces).toEqual(['a', 'b']);
    const page = await text();
    expect(page).toContain('colloquy_model_first_token_seconds_sum{service="orchestrator",model="real"} 0.25');
    expect(page).toContain('colloquy_model_first_token_seconds_count{service="orchestrator",model="real"} 1');
    expect(page).toContain('colloquy_model_calls_active{service="orchestrator"} 0');
  });

  it('that fail are counted by code, and still fail', async () => {
    const failure = new ModelError({ code: 'rate_limited', message: 'wait', retryable: true });
    const { call, text } = measured(failure);
    await expect(call()).rejects.toBe(failure);
    expect(await text()).toMatch(/colloquy_model_errors_total\{[^}]*model="real",code="rate_limited"[^}]*\} 1/);
  });

  it('that are aborted are no errors of the model', async () => {
    const { call, text } = measured(new Error('aborted'));
    await expect(call()).rejects.toThrow('aborted');
    expect(await text()).not.toMatch(/colloquy_model_errors_total\{/);
  });
});
