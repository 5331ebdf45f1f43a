/** What went wrong with a call, from the server's problem details or from the way there. */
export interface ApiFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Machine-readable and stable; `unreachable` when no answer came. */
  readonly code: string;
  /** What is wrong and how to mend it, in plain words. */
  readonly detail: string;
  /** What is wrong with which part of the input. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** How long the server wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** A call of the HTTP API that did not succeed. */
export class ApiError extends Error implements ApiFailure {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  readonly retryAfterMs?: number;

  constructor(failure: ApiFailure, options?: ErrorOptions) {
    super(failure.detail, options);
    this.status = failure.status;
    this.code = failure.code;
    this.detail = failure.detail;
    if (failure.errors !== undefined) this.errors = failure.errors;
    if (failure.retryAfterMs !== undefined) this.retryAfterMs = failure.retryAfterMs;
  }

  /** True when the same call may succeed later: no answer, a busy server, or one in trouble. */
  get retryable(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}
