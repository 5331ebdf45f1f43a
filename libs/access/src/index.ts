/** Tokens, guests, and who owns a chat. */
export { ChatAccess, ChatNotFoundError, type AccessParts, type ChatOwner } from './chat-access.ts';
export { GUESTS_IN_PRODUCTION, mayTakeGuests, type GuestSettings } from './guest-rule.ts';
export { GuestsRefusedError, UnauthorizedError, type Identity } from './identity.ts';
export { tokenCookie, tokenOf } from './token-of.ts';
export { createTokens, MIN_SECRET_LENGTH, signToken, type AuthMode, type TokenOptions, type Tokens } from './tokens.ts';
export { TokenBuckets, type Rate } from './token-buckets.ts';
