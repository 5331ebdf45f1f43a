import { describe, expect, it } from '@jest/globals';
import { splitAddress } from './split-address.ts';

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
});
