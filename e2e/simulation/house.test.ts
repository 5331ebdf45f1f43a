import { describe, expect, it } from '@jest/globals';
import { House } from './house.ts';

const LONG_MS = 30_000;

describe('a house', () => {
  it('has two of each service left in calm, whoever was leaving when it began', async () => {
    const house = new House(1);
    await house.staff();
    const gone = [...house.processes];
    house.stormy = false;
    for (const process of gone) void process.drain();
    await house.staff();
    await house.time.advance(LONG_MS);
    expect(gone.filter(({ alive }) => alive)).toEqual([]);
    const all = [house.world.processes, house.persistences, house.streams, house.apis];
    expect(all.map((service) => service.filter(({ alive }) => alive).length)).toEqual([2, 2, 2, 2]);
    house.close();
  });
});
