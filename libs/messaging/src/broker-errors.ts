/** The broker cannot be reached, or did not say in time whether it did what was asked. Trying again is safe. */
export class BrokerUnavailableError extends Error {
  override readonly name = 'BrokerUnavailableError';
}

/** The broker understood and will never do it. */
export class BrokerRefusedError extends Error {
  override readonly name = 'BrokerRefusedError';
  /** JetStream's `err_code`. */
  readonly code: number;
  constructor(code: number, message: string) {
    super(`${message} (${String(code)})`);
    this.code = code;
  }
}

/** The server lacks what the log stands on; the message names the fix. */
export class UnsupportedServerError extends Error {
  override readonly name = 'UnsupportedServerError';
}

/** Who connects may not do what is needed; the message names the fix. Waiting does not help. */
export class AccessDeniedError extends Error {
  override readonly name = 'AccessDeniedError';
}

/** A stream or durable exists with settings that cannot be changed; the message names each and the fix. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError';
}

/** The writer was abandoned before this was acknowledged. */
export class AbandonedError extends Error {
  override readonly name = 'AbandonedError';
}

/** A parked commit of the log cannot be put back: it is still on the log, from which its consumer rebuilds. */
export class NotRetryableError extends Error {
  override readonly name = 'NotRetryableError';
}
