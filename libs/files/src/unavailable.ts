import { FilesUnavailableError } from './errors.ts';

/** What cannot be done now, and why. */
export function unavailable(what: string, cause: unknown): FilesUnavailableError {
  return new FilesUnavailableError(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
}
