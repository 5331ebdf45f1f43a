import { TIMER_USER, type Clock, type Ids } from '@colloquy/contracts';
import { errors, jwtVerify, SignJWT } from 'jose';
import { GuestsRefusedError, UnauthorizedError, type Identity } from './identity.ts';

/** `guest`: anybody may have a token of their own. `jwt`: tokens come from elsewhere, signed with the same secret. */
export type AuthMode = 'guest' | 'jwt';

/** How tokens are made and checked. */
export interface TokenOptions {
  readonly mode: AuthMode;
  /** The HS256 secret, at least 32 characters. */
  readonly secret: string;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Makes and checks tokens. */
export interface Tokens {
  readonly mode: AuthMode;
  /** A token for a new guest. @throws GuestsRefusedError unless the mode is `guest` */
  issueGuest(): Promise<{ token: string; userId: string; maxAgeSeconds: number }>;
  /** @throws UnauthorizedError with words for the caller */
  verify(token: string | undefined): Promise<Identity>;
}

const ISSUER = 'colloquy';
const GUEST_SECONDS = 365 * 24 * 60 * 60;
const SKEW_SECONDS = 30;

/** Nobody, and those who write to the log without being users. */
const RESERVED: ReadonlySet<string> = new Set(['', TIMER_USER, 'expiry', 'workflow']);

/** Least length of the secret, in characters: HS256 wants as many bytes as its hash has. */
export const MIN_SECRET_LENGTH = 32;

/**
 * Makes and checks HS256 tokens.
 * @throws RangeError when the secret is too short
 */
export function createTokens(options: TokenOptions): Tokens {
  const { mode, clock, ids } = options;
  const key = keyOf(options.secret);
  return {
    mode,
    issueGuest: async () => {
      if (mode !== 'guest') throw new GuestsRefusedError('Guests are not let in here: sign in with a token.');
      const userId = `guest-${ids.uuid()}`;
      const now = Math.floor(clock.now() / 1000);
      const token = await sign({ guest: true }, { userId, now, seconds: GUEST_SECONDS, key });
      return { token, userId, maxAgeSeconds: GUEST_SECONDS };
    },
    verify: (token) => verify(token, { key, now: new Date(clock.now()), mode }),
  };
}

/**
 * A token for a user, for operators' tools that look at a chat as its owner would.
 * @param by - `seconds`: how long it is good
 * @throws RangeError when the secret is too short
 */
export async function signToken(
  { userId, tenantId }: Pick<Identity, 'userId' | 'tenantId'>,
  by: { secret: string; clock: Pick<Clock, 'now'>; seconds: number },
): Promise<string> {
  const now = Math.floor(by.clock.now() / 1000);
  const claims = tenantId === undefined ? {} : { tenant: tenantId };
  return sign(claims, { userId, now, seconds: by.seconds, key: keyOf(by.secret) });
}

function keyOf(secret: string): Uint8Array {
  if (secret.length < MIN_SECRET_LENGTH) {
    throw new RangeError(`AUTH_SECRET must have at least ${String(MIN_SECRET_LENGTH)} characters`);
  }
  return new TextEncoder().encode(secret);
}

function sign(
  claims: Record<string, unknown>,
  of: { userId: string; now: number; seconds: number; key: Uint8Array },
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(of.userId)
    .setIssuer(ISSUER)
    .setIssuedAt(of.now)
    .setExpirationTime(of.now + of.seconds)
    .sign(of.key);
}

async function verify(
  token: string | undefined,
  by: { key: Uint8Array; now: Date; mode: AuthMode },
): Promise<Identity> {
  if (token === undefined || token === '') throw new UnauthorizedError(missing(by.mode));
  try {
    const { payload } = await jwtVerify(token, by.key, {
      algorithms: ['HS256'],
      currentDate: by.now,
      clockTolerance: SKEW_SECONDS,
      requiredClaims: ['sub', 'exp'],
    });
    return identityOf(payload, by.mode);
  } catch (error) {
    if (error instanceof UnauthorizedError) throw error;
    throw new UnauthorizedError(wordsFor(error), { cause: error });
  }
}

function identityOf(payload: { sub?: string; exp?: number; [claim: string]: unknown }, mode: AuthMode): Identity {
  const guest = payload['guest'] === true;
  if (guest && mode !== 'guest') throw new UnauthorizedError('Guests are not let in here: sign in with a token.');
  const tenant = payload['tenant'];
  const userId = payload.sub ?? '';
  if (RESERVED.has(userId)) throw new UnauthorizedError('The token names no user: get a new one.');
  return {
    userId,
    guest,
    ...(typeof tenant === 'string' ? { tenantId: tenant } : {}),
    ...(payload.exp === undefined ? {} : { expiresAt: payload.exp }),
  };
}

function missing(mode: AuthMode): string {
  const how = 'Send "Authorization: Bearer <token>" or the cookie.';
  return mode === 'guest' ? `${how} POST /v1/guest gives a token.` : how;
}

function wordsFor(error: unknown): string {
  if (error instanceof errors.JWTExpired) return 'The token is over: get a new one.';
  if (error instanceof errors.JWSSignatureVerificationFailed)
    return 'The token was not signed by this service: get a new one.';
  return 'The token cannot be read: get a new one.';
}
