import { describe, expect, it } from '@jest/globals';
import { endToEndHeaders } from './forwarded-headers.ts';

describe('endToEndHeaders', () => {
  it('drops what is about the connection, also what the connection header names', () => {
    const headers = {
      connection: 'close, X-Hop',
      'x-hop': '1',
      'keep-alive': 'timeout=5',
      'transfer-encoding': 'chunked',
      cookie: 'a=1',
      'set-cookie': ['a', 'b'],
    };
    expect(endToEndHeaders(headers)).toEqual({ cookie: 'a=1', 'set-cookie': ['a', 'b'] });
  });
});
