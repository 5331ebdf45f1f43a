import { describe, expect, it } from '@jest/globals';
import { SignJWT } from 'jose';
import type { Clock, Ids } from '@colloquy/contracts';
import { createTokens, signToken } from './tokens.ts';

const secret = 'a secret of more than thirty-two characters';
let now = Date.parse('2026-01-01T00:00:00Z');
const clock: Clock = {
  now: () => now,
  monotonic: () => now,
  setTimeout: () => ({}),
  clearTimeout: () => undefined,
  sleep: () => Promise.resolve(),
};
const ids: Ids = { uuid: () => '019b0000-0000-7000-8000-000000000001', random: () => 'AAAA' };
const tokens = createTokens({ mode: 'guest', secret, clock, ids });

describe('tokens', () => {
  it('lets a guest in with the token it was given', async () => {
    const { token, userId } = await tokens.issueGuest();
    await expect(tokens.verify(token)).resolves.toMatchObject({ userId, guest: true });
  });

  it('refuses a guest where guests are not let in, and their tokens', async () => {
    const strict = createTokens({ mode: 'jwt', secret, clock, ids });
    await expect(strict.issueGuest()).rejects.toThrow('Guests are not let in here');
    const { token } = await tokens.issueGuest();
    await expect(strict.verify(token)).rejects.toThrow('Guests are not let in here');
  });

  it('reads the tenant of a token from elsewhere', async () => {
    const token = await new SignJWT({ tenant: 'acme' })
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject('ann')
      .setExpirationTime(now / 1000 + 60)
      .sign(new TextEncoder().encode(secret));
    await expect(tokens.verify(token)).resolves.toMatchObject({ userId: 'ann', tenantId: 'acme', guest: false });
  });

  it('signs a token for a user of a tenant, good for so long', async () => {
    const identity = { userId: 'ann', tenantId: 'acme' };
    const token = await signToken(identity, { secret, clock, seconds: 60 });
    const strict = createTokens({ mode: 'jwt', secret, clock, ids });
    await expect(strict.verify(token)).resolves.toMatchObject({ ...identity, guest: false });
    now += 91_000;
    await expect(strict.verify(token)).rejects.toThrow('The token is over');
    now -= 91_000;
    await expect(signToken(identity, { secret: 'short', clock, seconds: 60 })).rejects.toThrow('at least 32');
  });

  it.each(['', 'timer', 'expiry', 'workflow'])('takes nobody for %j: such are no users', async (sub) => {
    const token = await new SignJWT({})
      .setProtectedHeader({ alg: 'HS256' })
      .setSubject(sub)
      .setExpirationTime(now / 1000 + 60)
      .sign(new TextEncoder().encode(secret));
    await expect(tokens.verify(token)).rejects.toThrow('names no user');
  });

  it.each([
    [undefined, 'POST /v1/guest'],
    ['', 'POST /v1/guest'],
    ['not a token', 'cannot be read'],
  ])('says what to do about %j', async (token, words) => {
    await expect(tokens.verify(token)).rejects.toThrow(words);
  });

  it('refuses a token that another secret signed', async () => {
    const other = createTokens({ mode: 'guest', secret: `${secret}!`, clock, ids });
    const { token } = await other.issueGuest();
    await expect(tokens.verify(token)).rejects.toThrow('not signed by this service');
  });

  it('refuses a token that is over', async () => {
    const { token, maxAgeSeconds } = await tokens.issueGuest();
    now += (maxAgeSeconds + 60) * 1000;
    await expect(tokens.verify(token)).rejects.toThrow('The token is over');
  });

  it('refuses a token that never ends', async () => {
    const key = new TextEncoder().encode(secret);
    const token = await new SignJWT({}).setProtectedHeader({ alg: 'HS256' }).setSubject('ann').sign(key);
    await expect(tokens.verify(token)).rejects.toThrow('cannot be read');
  });

  it('refuses a token that says it needs no signature', async () => {
    const none = `${btoa('{"alg":"none"}')}.${btoa('{"sub":"ann"}')}.`.replaceAll('=', '');
    await expect(tokens.verify(none)).rejects.toThrow('cannot be read');
  });

  it('refuses a secret that is too short', () => {
    expect(() => createTokens({ mode: 'guest', secret: 'short', clock, ids })).toThrow('AUTH_SECRET');
  });
});
