import { describe, expect, it } from '@jest/globals';
import { tokenCookie, tokenOf } from './token-of.ts';

describe('tokenOf', () => {
  it('prefers the bearer token', () => {
    expect(tokenOf({ authorization: 'Bearer abc', cookie: 'colloquy_token=xyz' })).toBe('abc');
  });

  it('finds the cookie among others', () => {
    expect(tokenOf({ cookie: 'a=b; colloquy_token=x%2Fy; c=d' })).toBe('x/y');
  });

  it('takes a cookie that cannot be decoded as it is', () => {
    expect(tokenOf({ cookie: 'colloquy_token=%' })).toBe('%');
    expect(tokenOf({ cookie: 'colloquy_token=a=b' })).toBe('a=b');
  });

  it.each([{}, { authorization: 'Basic abc' }, { cookie: 'colloquy_token=' }, { cookie: 'other=1' }])(
    'finds none in %j',
    (headers) => {
      expect(tokenOf(headers)).toBeUndefined();
    },
  );
});

describe('tokenCookie', () => {
  it('keeps the token from scripts and other sites', () => {
    const cookie = tokenCookie('t', { maxAgeSeconds: 60, secure: true });
    expect(cookie).toBe('colloquy_token=t; Path=/; HttpOnly; SameSite=Lax; Max-Age=60; Secure');
    expect(tokenOf({ cookie: cookie.split(';', 1)[0] })).toBe('t');
  });
});
