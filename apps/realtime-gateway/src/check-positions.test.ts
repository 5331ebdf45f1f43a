import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { seqsOf, StreamWorld } from './fixtures/stream-world.ts';

/** A world with one chat that somebody watches and that is quiet. */
async function quietChat(replicaLagMs = 0) {
  const clock = new VirtualClock();
  const world = new StreamWorld(clock, seededIds(1), { replicaLagMs });
  await clock.run(world.say(2));
  const client = world.connect();
  await clock.run(world.watch(client));
  return { clock, world, client };
}

describe('comparing positions with the log', () => {
  it('S2: what a lost connection to the broker cost is found as soon as it is back, not at the next check', async () => {
    const { clock, world, client } = await quietChat();
    await clock.advance(10_050); // a check was just done
    world.connection.cut();
    await clock.run(world.say(3));
    await clock.advance(2_000);
    expect(seqsOf(client.viewer)).toEqual([1, 2]);
    world.connection.restore();
    await clock.advance(500);
    expect(seqsOf(client.viewer)).toEqual([1, 2, 3, 4, 5]);
    await world.stop();
  });

  it('S2: the last event that a dead leader told nobody is found by the check, on every chat, and asks once for all', async () => {
    const { clock, world, client } = await quietChat();
    world.lose = ({ kind }) => kind === 'republish';
    await clock.run(world.say());
    world.lose = () => false;
    const before = world.counts.reads;
    await clock.advance(10_100);
    expect(seqsOf(client.viewer)).toEqual([1, 2, 3]);
    expect(world.counts.gaps).toBe(1);
    const found = world.counts.reads;
    expect(found).toBeGreaterThan(before);
    await clock.advance(60_000);
    expect(world.counts.gaps).toBe(1); // nothing is missing any more: the log is compared, not read
    await world.stop();
  });

  it('S2: a replica that lags makes nobody miss anything: neither who comes nor who has been there', async () => {
    const { clock, world, client } = await quietChat(2_000);
    await clock.run(world.say(2)); // live, and not on the replica yet
    const late = world.connect();
    await clock.run(world.watch(late));
    world.lose = ({ kind }) => kind === 'republish';
    await clock.run(world.say());
    world.lose = () => false;
    await clock.advance(20_500); // the check that finds it may itself ask the replica once too early
    for (const { viewer } of [client, late]) {
      expect(viewer.holes).toEqual([]);
      expect(seqsOf(viewer)).toEqual([1, 2, 3, 4, 5]);
    }
    await world.stop();
  });
});
