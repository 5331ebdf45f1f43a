import { expect, it } from '@jest/globals';
import { headers } from '@nats-io/transport-node';
import { readAck } from './ack-inbox.ts';

const answer = (text: string) => ({ string: () => text });

it.each([
  ['{"stream":"CHATS","seq":7}', { kind: 'stored', seq: 7, duplicate: false }],
  ['{"stream":"CHATS","seq":7,"duplicate":true}', { kind: 'stored', seq: 7, duplicate: true }],
  [
    '{"error":{"code":400,"err_code":10071,"description":"wrong last sequence: 4"}}',
    { kind: 'refused', code: 10071, message: 'wrong last sequence: 4' },
  ],
])('reads %s', (text, outcome) => {
  expect(readAck(answer(text))).toEqual(outcome);
});

it.each(['', 'null', '[]', '{}', '{"seq":"7"}'])('takes %j for no answer', (text) => {
  expect(readAck(answer(text))).toMatchObject({ kind: 'unknown' });
});

it('takes "no responders" for no answer', () => {
  const status = headers(503, 'No Responders');
  expect(readAck({ ...answer(''), headers: status })).toMatchObject({ kind: 'unknown' });
});
