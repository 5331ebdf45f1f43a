import { describe, expect, it } from '@jest/globals';
import { NatsAddressError, splitAddress } from './split-address.ts';

describe('an address of NATS', () => {
  it.each([
    ['nats://127.0.0.1:4222', ['nats://127.0.0.1:4222'], {}],
    ['a:4222, nats://b:4222', ['a:4222', 'nats://b:4222'], {}],
    ['nats://me:hush@a:4222,nats://b:4222', ['nats://a:4222', 'nats://b:4222'], { user: 'me', pass: 'hush' }],
    ['a:4222,tls://me:hush@b:4222', ['a:4222', 'tls://b:4222'], { user: 'me', pass: 'hush' }],
    ['me:a%40b%2Cc%3Ad@a:4222', ['a:4222'], { user: 'me', pass: 'a@b,c:d' }],
    ['nats://s3cr3t@a:4222', ['nats://a:4222'], { token: 's3cr3t' }],
    ['nats://@a:4222', ['nats://a:4222'], {}],
  ])('%s', (url, servers, credentials) => {
    expect(splitAddress(url)).toEqual({ servers, credentials });
  });

  it.each([
    ['[::1]:4222', ['[::1]:4222'], {}],
    ['nats://me:x@a:1,me:x@b:2', ['nats://a:1', 'b:2'], { user: 'me', pass: 'x' }],
    ['nats://me:50%25off%2F@nats-0.nats:4222/', ['nats://nats-0.nats:4222/'], { user: 'me', pass: '50%off/' }],
  ])('%s too', (url, servers, credentials) => {
    expect(splitAddress(url)).toEqual({ servers, credentials });
  });

  it.each(['se/cret', 'se@cret', 'se,cret', '7,7', '7,', '50%off', 'se/cr@et,x', 'se cret@x', '7/,7', '/', '@', ','])(
    'with the password %s as it is, is refused, and the error repeats nothing of it',
    (password) => {
      for (const url of [`nats://me:${password}@a`, `me:${password}@a:4222`, `nats://b:1,nats://me:${password}@a`]) {
        const splitting = (): unknown => splitAddress(url);
        expect(splitting).toThrow(NatsAddressError);
        expect(splitting).toThrow(
          /^NATS_URL: user and password must be percent-encoded, and servers written as \[nats:[^ ]* with commas between them$/,
        );
      }
    },
  );

  it.each(['', 'a,', 'nats://', 'nats://a:port', 'nats://a:4222/x', '::1'])('%j is none', (url) => {
    expect(() => splitAddress(url)).toThrow(NatsAddressError);
  });
});
