import { EmptyFileError, FileTooLargeError } from './errors.ts';
import type { Bytes } from './ports.ts';

/** Bytes on their way, counted; what is wrong with them is told apart from what is wrong with where they go. */
export interface CountedBytes {
  readonly bytes: Bytes;
  count(): number;
  /** What reading them threw; undefined while nothing did. */
  fault(): unknown;
}

/** Counts, and breaks off what is empty, too large, or not wanted any more. */
export function countBytes(from: Bytes, { maxBytes, signal }: { maxBytes: number; signal: AbortSignal }): CountedBytes {
  let count = 0;
  let fault: unknown;
  const read = async function* (): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of from) {
        signal.throwIfAborted();
        count += chunk.length;
        if (count > maxBytes) throw new FileTooLargeError(maxBytes);
        yield chunk;
      }
      signal.throwIfAborted();
      if (count === 0) throw new EmptyFileError();
    } catch (error) {
      fault = error;
      throw error;
    }
  };
  return { bytes: read(), count: () => count, fault: () => fault };
}
