/**
 * The errors of this package. `code` says what happened, for programs; `message` says it in plain words. Every promise of
 * the client rejects with one of them, or with the reason of the `AbortSignal` that the caller gave.
 */

/** What every error of this package has. Tell them apart by `code`, or by class. */
export abstract class ClientError extends Error {
  /** Machine-readable and stable. */
  abstract readonly code: string;
  /** True when the same call may succeed later. */
  abstract readonly retryable: boolean;
}

/**
 * No answer came, or none that can be read. The call may have been carried out all the same: repeat a command with the
 * same `Idempotency-Key`, as the outbox does.
 *
 * - `unreachable`: no connection, or it broke.
 * - `timeout`: no answer began within 20 s, or it did not arrive within 60 s.
 * - `unreadable_answer`: something between here and the service answered in its place.
 */
export class UnreachableError extends ClientError {
  override readonly name = 'UnreachableError';
  readonly code: 'unreachable' | 'timeout' | 'unreadable_answer';
  readonly retryable = true;
  /** As an ApiError has it: 0, since no answer came. */
  readonly status = 0;

  constructor(code: UnreachableError['code'], options?: ErrorOptions) {
    super(WORDS[code], options);
    this.code = code;
  }

  /** What is wrong, in plain words. */
  get detail(): string {
    return this.message;
  }
}

const WORDS: Readonly<Record<UnreachableError['code'], string>> = {
  unreachable: 'No answer from the server. Check the connection; it will be tried again.',
  timeout: 'No answer from the server in time. Check the connection; it will be tried again.',
  unreadable_answer: 'The answer cannot be read: something else than the service answered. It will be tried again.',
};

/** The chat or the client was closed before it was done (`closed`). */
export class ClosedError extends ClientError {
  override readonly name = 'ClosedError';
  readonly code = 'closed';
  readonly retryable = false;
}
