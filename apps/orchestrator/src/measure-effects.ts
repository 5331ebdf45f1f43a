import { ModelError, type Effects } from '@colloquy/effects';
import { fewValues, type Metrics } from '@colloquy/service';
import type { Clock } from '@colloquy/contracts';

const FIRST_TOKEN_BUCKETS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30];

/** The same effects; what their model calls come to is measured. */
export function measureEffects(effects: Effects, metrics: Metrics, clock: Pick<Clock, 'monotonic'>): Effects {
  const [model, code] = [fewValues(), fewValues()];
  const active = metrics.gauge({ name: 'colloquy_model_calls_active', help: 'Model calls that are going on here' });
  const firstTokens = metrics.histogram({
    name: 'colloquy_model_first_token_seconds',
    help: 'From the sending of a model call to its first piece',
    labels: ['model'],
    buckets: FIRST_TOKEN_BUCKETS,
  });
  const errors = metrics.counter({
    name: 'colloquy_model_errors_total',
    help: 'Attempts of model calls that failed, by code; those that are tried again too',
    labels: ['model', 'code'],
  });
  active.set(0);
  return {
    modelName: (model) => effects.modelName(model),
    retryDelayMs: (failure, attempt) => effects.retryDelayMs(failure, attempt),
    stallLimitMs: (work) => effects.stallLimitMs(work),
    estimate: (request, shown, model) => effects.estimate(request, shown, model),
    runTool: (run, context) => effects.runTool(run, context),
    close: () => effects.close(),
    async callModel(request, context) {
      const name = model(effects.modelName(request.model));
      const began = clock.monotonic();
      let first = true;
      active.inc();
      try {
        return await effects.callModel(request, {
          ...context,
          onPiece: (piece) => {
            if (first) firstTokens.observe({ model: name }, (clock.monotonic() - began) / 1000);
            first = false;
            context.onPiece(piece);
          },
        });
      } catch (error) {
        if (error instanceof ModelError) errors.inc({ model: name, code: code(error.failure.code) });
        throw error;
      } finally {
        active.dec();
      }
    },
  };
}
