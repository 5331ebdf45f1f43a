import type { ModelFailure } from './types.ts';

/** A model call failed; `failure` says how, in words that may be shown. */
export class ModelError extends Error {
  override readonly name = 'ModelError';
  readonly failure: ModelFailure;

  /** @param failure - what happened */
  constructor(failure: ModelFailure, options?: ErrorOptions) {
    super(failure.message, options);
    this.failure = failure;
  }
}
