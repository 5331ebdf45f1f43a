import type { Clock } from '@colloquy/contracts';
import type { Bytes } from './ports.ts';

/** How long bytes may stay away. */
export interface Patience {
  readonly clock: Clock;
  /** For each piece, ms. */
  readonly idleMs: number;
  /** What is thrown when a piece does not come in time. */
  readonly late: () => Error;
  readonly signal?: AbortSignal | undefined;
}

/** Bytes that come in time or not at all: who reads them waits for no piece longer, and not beyond the signal. */
export async function* timelyBytes(bytes: Bytes, patience: Patience): AsyncGenerator<Uint8Array> {
  const from = bytes[Symbol.asyncIterator]();
  let ended = false;
  try {
    for (;;) {
      const next = await inTime(from.next(), patience);
      ended = next.done === true;
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // One that hangs would keep us here.
    if (!ended) void Promise.resolve(from.return?.()).catch(() => undefined);
  }
}

async function inTime<T>(work: Promise<T>, { clock, idleMs, late, signal }: Patience): Promise<T> {
  work.catch(() => undefined);
  signal?.throwIfAborted();
  const over = Promise.withResolvers<never>();
  const timer = clock.setTimeout(() => over.reject(late()), idleMs);
  const abort = (): void => over.reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await Promise.race([work, over.promise]);
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener('abort', abort);
  }
}
