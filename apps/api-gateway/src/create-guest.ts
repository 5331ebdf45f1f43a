import { tokenCookie } from '@colloquy/access';
import type { Handler } from './ports.ts';

/** POST /v1/guest: a token of its own for whoever asks, where guests are let in. */
export const createGuest: Handler = async (parts) => {
  const { token, userId, maxAgeSeconds } = await parts.tokens.issueGuest();
  const cookie = tokenCookie(token, { maxAgeSeconds, secure: parts.secureCookies });
  return { body: { token, userId }, headers: { 'set-cookie': cookie } };
};
