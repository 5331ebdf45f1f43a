/** What came of reading a message: its value, or why it must be parked. */
export type Decoded<T> = { readonly value: T } | { readonly reason: string };

/** The part of a zod schema that is used here. */
interface Schema<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: { message: string } };
}

/** Reads a message's JSON by its schema; the chat in it must be the one of its subject. */
export function decodeMessage<T extends { chatId: string }>(
  schema: Schema<T>,
  { subject, data }: { subject: string; data: string },
): Decoded<T> {
  let json: unknown;
  try {
    json = JSON.parse(data);
  } catch (error) {
    return { reason: `no JSON: ${String(error)}` };
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return { reason: parsed.error.message };
  return sameChat(parsed.data.chatId, subject) ? { value: parsed.data } : { reason: 'the chat is not the subject’s' };
}

/** True when the subject's second token is the chat. */
export function sameChat(chatId: string, subject: string): boolean {
  return subject.split('.')[1] === chatId;
}
