/**
 * The bearer token, and how a new one is got. Invariants:
 * 1. However many calls are refused at once, a new token is asked for once: each new guest would be another person.
 * 2. A refusal of a token that was replaced meanwhile asks for nothing.
 */

/** The token of the moment and its renewal. */
export interface TokenKeeper {
  /** Undefined: the cookie alone. */
  token(): string | undefined;
  /** Counts the tokens so far: who sends notes it, and says it when the token is refused. */
  readonly generation: number;
  /** From now on this token. */
  take(token: string): void;
  /**
   * Gets a token newer than that generation.
   * @throws what the hook throws; Error when there is no hook
   */
  renew(generation: number): Promise<void>;
}

/** Keeps a token; `hook` gets a new one, and gives it or takes care of it itself (a cookie). */
export function keepToken(first: string | undefined, hook: (() => Promise<unknown>) | undefined): TokenKeeper {
  let token = first;
  let generation = 0;
  let renewing: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    if (hook === undefined) throw new Error('nobody renews the token');
    const given = await hook();
    if (typeof given === 'string') token = given;
    generation += 1;
  };
  return {
    token: () => token,
    get generation() {
      return generation;
    },
    take(fresh) {
      token = fresh;
      generation += 1;
    },
    renew(since) {
      if (generation > since) return Promise.resolve();
      renewing ??= ask().finally(() => {
        renewing = undefined;
      });
      return renewing;
    },
  };
}
