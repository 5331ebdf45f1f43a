import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WebSocketFrames } from './websocket-frames.ts';

/** A frame of a text message; masked ones are a client's. */
function frame(length: number, masked: boolean): Buffer {
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([0x81, mask | length])
      : length < 65_536
        ? Buffer.from([0x81, mask | 126, length >> 8, length & 0xff])
        : Buffer.concat([Buffer.from([0x81, mask | 127, 0, 0, 0, 0]), Buffer.from([0, 1, 0, length - 65_536])]);
  return Buffer.concat([head, Buffer.alloc(masked ? 4 : 0, 7), Buffer.alloc(length, 0x81)]);
}

const frames = fc.array(
  fc.record({ length: fc.constantFrom(0, 1, 125, 126, 127, 300, 65_535, 65_536, 65_700), masked: fc.boolean() }),
  { minLength: 1, maxLength: 5 },
);

describe('WebSocketFrames', () => {
  it('knows the ends of frames however the bytes are cut', () => {
    fc.assert(
      fc.property(
        frames,
        fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 20 }),
        (specs, cuts) => {
          const parts = specs.map((spec) => frame(spec.length, spec.masked));
          const bytes = Buffer.concat(parts);
          const ends = parts.map((_, index) => Buffer.concat(parts.slice(0, index + 1)).length);
          const follower = new WebSocketFrames();
          let at = 0;
          for (let turn = 0; at < bytes.length; turn += 1) {
            const chunk = bytes.subarray(at, at + (cuts[turn % cuts.length] ?? 1));
            const within = ends.filter((end) => end > at && end <= at + chunk.length);
            const last = within.at(-1);
            expect(follower.take(chunk)).toBe(last === undefined ? -1 : last - at);
            at += chunk.length;
            expect(follower.complete).toBe(ends.includes(at));
          }
        },
      ),
    );
  });
});
