import { describe, expect, it } from '@jest/globals';
import {
  assertId,
  chatSubject,
  commandSubject,
  InvalidIdError,
  isId,
  liveChatSubject,
  liveUserSubject,
  ownerSubject,
  parkedSubject,
  runSubject,
  timerSubject,
  uuidV7Time,
} from './index.ts';

const ID = '019b0000-0000-7000-8000-000000000001';
const NO_IDS = [
  'aaaaaaaaaaaaaaaa.b',
  '*',
  'aaaaaaaaaaaaaaaa*',
  '>',
  'aaaaaaaaaaaaaaaa >',
  'aaaaaaaaaaaaaaaa\n',
  'short',
  'a'.repeat(65),
  '',
];

describe('subjects', () => {
  const builders = { chatSubject, liveChatSubject, commandSubject, runSubject, ownerSubject };

  it.each(Object.entries(builders))('%s takes an id and nothing that could reach another chat', (_name, build) => {
    expect(build(ID)).toMatch(new RegExp(`^[a-z.]+\\.${ID}$`));
    for (const text of NO_IDS) expect(() => build(text)).toThrow(InvalidIdError);
  });

  it.each(NO_IDS)('timers and parked messages refuse %j in either place', (text) => {
    expect(() => timerSubject(text, ID)).toThrow(InvalidIdError);
    expect(() => timerSubject(ID, text)).toThrow(InvalidIdError);
    expect(() => parkedSubject('persistence', text)).toThrow(InvalidIdError);
    expect(() => parkedSubject(text === 'short' ? 'Short' : text, ID)).toThrow(RangeError);
  });

  it('an owner key is 22 characters of base64url', () => {
    expect(liveUserSubject('a'.repeat(22))).toBe(`live.user.${'a'.repeat(22)}`);
    for (const text of ['*', 'a'.repeat(21), `${'a'.repeat(20)}.*`])
      expect(() => liveUserSubject(text)).toThrow(RangeError);
  });
});

describe('ids', () => {
  it('are told from everything else', () => {
    expect(isId(ID)).toBe(true);
    expect(assertId(ID)).toBe(ID);
    for (const value of [...NO_IDS, undefined, null, 7, [ID], { toString: () => ID }]) {
      expect(isId(value)).toBe(false);
      expect(() => assertId(value)).toThrow('not an id');
    }
  });

  it('the time in a UUIDv7 is read; other ids have none', () => {
    expect(uuidV7Time('01990a3c-1c00-7abc-8abc-0123456789ab')).toBe(0x01990a3c1c00);
    expect(uuidV7Time('01990a3c-1c00-4abc-8abc-0123456789ab')).toBeUndefined();
    expect(uuidV7Time('a'.repeat(22))).toBeUndefined();
  });
});
