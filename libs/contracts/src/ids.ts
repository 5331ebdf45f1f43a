import { z } from 'zod';
import { ID_PATTERN } from './constants.ts';

/** An id that may become part of a subject: chatId, commandId, requestId, messageId, callId, runId. */
export const idSchema = z
  .string()
  .regex(ID_PATTERN, 'must be 16 to 64 letters, digits, "_" or "-"')
  .meta({ description: 'Id: 16 to 64 letters, digits, "_" or "-". Ours are UUIDv7.' });

/** Thrown when a string that is no id would have become part of a subject. */
export class InvalidIdError extends Error {
  override readonly name = 'InvalidIdError';
  constructor(value: unknown) {
    super(`not an id: ${JSON.stringify(value)}; an id is 16 to 64 letters, digits, "_" or "-"`);
  }
}

/** True when `value` is an id. */
export function isId(value: unknown): value is string {
  return typeof value === 'string' && ID_PATTERN.test(value);
}

/**
 * Returns `value` when it is an id.
 * @throws InvalidIdError otherwise
 */
export function assertId(value: unknown): string {
  if (!isId(value)) throw new InvalidIdError(value);
  return value;
}

const UUID_V7 = /^([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** The time inside a UUIDv7 in ms since the epoch, or undefined when `id` is no UUIDv7. */
export function uuidV7Time(id: string): number | undefined {
  const match = UUID_V7.exec(id);
  return match ? Number.parseInt(`${match[1] ?? ''}${match[2] ?? ''}`, 16) : undefined;
}
