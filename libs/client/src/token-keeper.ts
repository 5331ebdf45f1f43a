/**
 * The bearer token, and how a new one is got. Invariants:
 * 1. However many calls are refused at once, a new token is asked for once: each new guest would be another person.
 * 2. A refusal of a token that was replaced meanwhile asks for nothing.
 * 3. A hook that never settles holds nobody up for ever: it is given up, and the next refusal asks anew.
 */
import type { Clock } from '@colloquy/contracts';
import { ClosedError, UnreachableError } from './client-error.ts';

/** How long the hook may take, in milliseconds. */
const RENEW_MS = 20_000;

/** Nobody was asked for a new token: the refusal stands. */
export class NoHookError extends Error {
  override readonly name = 'NoHookError';
}

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
   * @throws what the hook throws; NoHookError when there is no hook; UnreachableError (`timeout`) when the hook takes
   *   longer than 20 s; ClosedError when it was closed
   */
  renew(generation: number): Promise<void>;
  /** Ends what waits for a new token. */
  close(): void;
}

/** What a keeper is made of. */
export interface KeeperParts {
  readonly clock: Clock;
  /** Left out: the cookie alone. */
  readonly token?: string | undefined;
  /** Gets a new token, and gives it or takes care of it itself (a cookie). */
  readonly hook?: (() => Promise<unknown>) | undefined;
}

/** Keeps a token, and renews it. */
export function keepToken({ clock, token: first, hook }: KeeperParts): TokenKeeper {
  let token = first;
  let generation = 0;
  let renewing: Promise<void> | undefined;
  const closing = new AbortController();
  const ask = async (): Promise<void> => {
    if (hook === undefined) throw new NoHookError('nobody renews the token');
    const given = await withinLimit(hook(), clock, closing.signal);
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
    close() {
      closing.abort(new ClosedError('the client was closed'));
    },
  };
}

/** What `asked` gives, if it does in time and before the end; what it gives later is dropped. */
function withinLimit(asked: Promise<unknown>, clock: Clock, closing: AbortSignal): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = clock.setTimeout(() => {
      reject(new UnreachableError('timeout'));
    }, RENEW_MS);
    const onClose = (): void => {
      reject(closing.reason as ClosedError);
    };
    closing.addEventListener('abort', onClose, { once: true });
    if (closing.aborted) onClose();
    void asked.then(resolve, reject).finally(() => {
      clock.clearTimeout(timer);
      closing.removeEventListener('abort', onClose);
    });
  });
}
