import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { systemClock } from './system-clock.ts';
import { createIds, systemIds } from './system-ids.ts';

const V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const someBytes = (count: number): Buffer => Buffer.from(systemIds.random(count), 'base64url');

describe('createIds', () => {
  it('grows whatever the clock does, and is always a UUIDv7', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -5, max: 5 }), { maxLength: 50 }), (steps) => {
        let now = 1_700_000_000_000;
        const ids = createIds({ now: () => now, bytes: someBytes });
        const made = steps.map((step) => {
          now += step;
          return ids.uuid();
        });
        expect([...made].sort()).toEqual(made);
        expect(new Set(made).size).toBe(made.length);
        for (const id of made) expect(id).toMatch(V7);
      }),
    );
  });

  it('goes on into the next millisecond when the counter is used up', () => {
    const ids = createIds({ now: () => 1000, bytes: (count) => Buffer.alloc(count, 0xff) });
    const made = Array.from({ length: 10_000 }, () => ids.uuid());
    expect(new Set(made).size).toBe(made.length);
    expect([...made].sort()).toEqual(made);
  });

  it('carries the time in its first 48 bits', () => {
    const before = systemClock.now();
    const ms = Number.parseInt(systemIds.uuid().replaceAll('-', '').slice(0, 12), 16);
    expect(ms).toBeGreaterThanOrEqual(before);
    expect(ms).toBeLessThanOrEqual(systemClock.now() + 5);
  });

  it('gives random text of the asked length', () => {
    expect(systemIds.random(16)).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(systemIds.random(16)).not.toBe(systemIds.random(16));
  });
});
