import { createHash } from 'node:crypto';

/**
 * The id of the command that a request stands for: the same for the same user, chat and Idempotency-Key, so that a
 * retry is the same command, and another user's key never is.
 */
export function commandIdOf(of: { userId: string; chatId: string; key: string }): string {
  return hash([of.userId, of.chatId, of.key]);
}

/** The chatId of a create request that carries an Idempotency-Key and no id. */
export function chatIdOf(of: { tenantId: string | undefined; userId: string; key: string }): string {
  return hash(['chat', of.tenantId ?? '', of.userId, of.key]);
}

/** 22 characters of base64url: 132 bits. The separator cannot be in any of the parts' encodings. */
function hash(parts: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
