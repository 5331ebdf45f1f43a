/** Who is asking: from a token that was checked. */
export interface Identity {
  readonly userId: string;
  readonly tenantId?: string;
  /** True for somebody who was let in without an account. */
  readonly guest: boolean;
  /** When the token ends, in seconds since the Unix epoch. */
  readonly expiresAt?: number;
}

/** The token is missing, wrong, or over. `message` says what to do. */
export class UnauthorizedError extends Error {
  override readonly name = 'UnauthorizedError';
}

/** Guests are not let in here. */
export class GuestsRefusedError extends Error {
  override readonly name = 'GuestsRefusedError';
}
