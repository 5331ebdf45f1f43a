/** MongoDB does not answer, or not in time: try again later, or do without it. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
}

/** MongoDB will never take what it was given: trying again is no use. */
export class StoreRefusedError extends Error {
  override readonly name = 'StoreRefusedError';
}

/** A page's `before` is not the `next` of a page. */
export class InvalidPageError extends Error {
  override readonly name = 'InvalidPageError';
  constructor() {
    super('`before` must be the `next` of the page before');
  }
}
