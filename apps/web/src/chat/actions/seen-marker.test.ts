import { describe, expect, it } from '@jest/globals';
import { VirtualClock } from '@colloquy/testing/virtual-clock';
import { createSeenMarker } from './seen-marker.ts';
import type { Looking } from './seen-policy.ts';

/** A chat that is looked at, and what the server was told, and when. */
function worldOf(looking: Partial<Looking>) {
  const clock = new VirtualClock();
  const now: { -readonly [K in keyof Looking]: Looking[K] } = {
    here: true,
    inViewSeq: 5,
    newsSeq: 5,
    seenSeq: 0,
    ...looking,
  };
  const told: { upToSeq: number; at: number; leaving: boolean }[] = [];
  const world = { clock, now, told, fails: false };
  const marker = createSeenMarker({
    clock,
    looking: () => now,
    tell: (upToSeq, leaving) => {
      told.push({ upToSeq, at: clock.monotonic(), leaving });
      return world.fails ? Promise.reject(new Error('away')) : Promise.resolve();
    },
  });
  return { ...world, world, marker };
}

describe('what a person has seen', () => {
  it('is told once, after it was in view for two seconds', async () => {
    const { clock, told, marker } = worldOf({});
    marker.look();
    await clock.advance(1_999);
    expect(told).toEqual([]);
    await clock.advance(60_000);
    expect(told).toEqual([{ upToSeq: 5, at: 2_000, leaving: false }]);
    marker.look();
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
  });

  it('is not told when it is no news: seen elsewhere, or nothing worth looking at came since', async () => {
    const { clock, told, now, marker } = worldOf({ seenSeq: 5 });
    marker.look();
    now.inViewSeq = 9;
    marker.look();
    await clock.advance(60_000);
    expect(told).toEqual([]);
    now.newsSeq = 8;
    marker.look();
    now.seenSeq = 8; // by another device, meanwhile
    marker.look();
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('is told at most every 15 s while an answer grows, and then up to what there is', async () => {
    const { clock, told, now, marker } = worldOf({});
    for (let second = 0; second < 60; second++) {
      now.inViewSeq = 5 + second;
      now.newsSeq = 5 + second;
      marker.look();
      await clock.advance(1_000);
    }
    expect(told.map(({ at }) => at)).toEqual([2_000, 17_000, 32_000, 47_000]);
    expect(told.map(({ upToSeq }) => upToSeq)).toEqual([6, 21, 36, 51]);
    await clock.advance(60_000);
    expect(told.at(-1)).toEqual({ upToSeq: 64, at: 62_000, leaving: false });
  });

  it('does not count while nobody looks, nor what is scrolled past in a moment', async () => {
    const { clock, told, now, marker } = worldOf({ here: false });
    marker.look();
    await clock.advance(60_000);
    now.here = true;
    marker.look();
    await clock.advance(1_000);
    now.inViewSeq = 0;
    now.newsSeq = 0;
    marker.look();
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });

  it('is told at once by who leaves, if it was in view for long enough', async () => {
    const { clock, told, now, marker } = worldOf({});
    marker.look();
    await clock.advance(2_000);
    now.inViewSeq = 7;
    now.newsSeq = 7;
    marker.look();
    await clock.advance(3_000);
    marker.leave();
    marker.leave();
    expect(told.slice(1)).toEqual([{ upToSeq: 7, at: 5_000, leaving: true }]);
    now.newsSeq = 9;
    now.inViewSeq = 9;
    marker.look();
    await clock.advance(500);
    marker.leave();
    await clock.advance(60_000);
    expect(told).toHaveLength(2);
  });

  it('that could not be told is told on the next occasion, not by itself', async () => {
    const { world, clock, told, marker } = worldOf({});
    world.fails = true;
    marker.look();
    await clock.advance(120_000);
    expect(told).toHaveLength(1);
    world.fails = false;
    marker.look();
    await clock.advance(2_000);
    expect(told.map(({ upToSeq }) => upToSeq)).toEqual([5, 5]);
  });

  it('is told no more once it is stopped', async () => {
    const { clock, told, marker } = worldOf({});
    marker.look();
    marker.stop();
    await clock.advance(60_000);
    expect(told).toEqual([]);
  });
});
