import { InvalidPageError } from './errors.ts';

/** Where a page of chats ended. */
export interface PagePosition {
  readonly updatedAt: string;
  readonly chatId: string;
}

/** `next` of a page; opaque to clients. */
export function formatPage({ updatedAt, chatId }: PagePosition): string {
  return Buffer.from(`${updatedAt} ${chatId}`).toString('base64url');
}

/**
 * Reads a page's `next`.
 * @throws InvalidPageError when it is none
 */
export function parsePage(text: string): PagePosition {
  const match = /^(\S+) ([A-Za-z0-9_-]{16,64})$/.exec(Buffer.from(text, 'base64url').toString());
  const [, updatedAt, chatId] = match ?? [];
  if (updatedAt === undefined || chatId === undefined) throw new InvalidPageError();
  return { updatedAt, chatId };
}
