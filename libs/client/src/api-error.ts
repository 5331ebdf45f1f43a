import { ClientError } from './client-error.ts';

/** What went wrong with a call, as plain data: from the server's problem details or from the way there. */
export interface ApiFailure {
  /** HTTP status; 0 when no answer came. */
  readonly status: number;
  /** Machine-readable and stable: of an {@link ApiError}, or `unreachable` and its like when no answer came. */
  readonly code: string;
  /** What is wrong and how to mend it, in plain words. */
  readonly detail: string;
  /** What is wrong with which part of the input. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** How long the server wants to be left alone, in milliseconds. */
  readonly retryAfterMs?: number;
}

/** The codes that the service gives today. A newer service may have more. */
export type ApiErrorCode =
  | 'unauthorized'
  | 'guests_refused'
  | 'chat_not_found'
  | 'chat_exists'
  | 'chat_deleted'
  | 'chat_too_large'
  | 'not_found'
  | 'unknown_event'
  | 'unknown_workflow'
  | 'invalid_request'
  | 'invalid_json'
  | 'invalid_chat_id'
  | 'invalid_idempotency_key'
  | 'message_too_large'
  | 'body_too_large'
  | 'file_not_found'
  | 'file_too_large'
  | 'file_type'
  | 'file_in_use'
  | 'file_gone'
  | 'file_comes'
  | 'empty_file'
  | 'unknown_file'
  | 'too_many_files'
  | 'files_unavailable'
  | 'files_quota'
  | 'files_full'
  | 'rate_limited'
  | 'user_budget'
  | 'broker_unavailable'
  | 'store_unavailable'
  | 'busy'
  | 'service_not_up'
  | 'service_broke_off'
  | 'internal_error';

/** The service said no. */
export class ApiError extends ClientError implements ApiFailure {
  override readonly name = 'ApiError';
  /** HTTP status, 400 to 599. */
  readonly status: number;
  readonly code: ApiErrorCode | (string & {});
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

  /**
   * True when the same call may succeed soon: too many at once, too slow, or a server in trouble. False when what one may
   * use in a day is used up, though that is a 429 too: it lasts for hours, and nobody wants what was said today to be
   * paid out of tomorrow's budget unasked. False when there is no room for files: somebody has to make it.
   */
  get retryable(): boolean {
    if (this.code === 'user_budget' || this.code === 'files_full') return false;
    return this.status === 408 || this.status === 429 || this.status >= 500;
  }
}
