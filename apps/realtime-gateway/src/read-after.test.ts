import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCursor } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { StreamWorld } from './fixtures/stream-world.ts';
import { readMissed } from './read-after.ts';

let clock: VirtualClock;
let world: StreamWorld;

beforeEach(() => {
  clock = new VirtualClock();
  world = new StreamWorld(
    clock,
    seededIds(1, () => clock.now()),
  );
});
afterEach(async () => {
  await world.stop();
});

const run = <T>(work: Promise<T>): Promise<T> => clock.run(work);
const missed = (cursor: string | undefined) =>
  run(readMissed(world.parts, world.chatId, cursor === undefined ? undefined : parseCursor(cursor)));
const epoch = () => run(world.parts.log.epoch());

describe('reading after a cursor', () => {
  it('C1: gives everything after any place, or says that nothing was missed', async () => {
    for (let said = 0; said < 5; said++) {
      await run(world.say(2));
      await run(world.stream());
    }
    const commits = await run(world.logged());
    let eventSeq = 0;
    for (const [at, { commit, streamSeq }] of commits.entries()) {
      eventSeq = commit.events.at(-1)?.seq ?? eventSeq;
      const found = await missed(`${await epoch()}.${String(streamSeq)}.${String(eventSeq)}`);
      expect(found.recovered).toBe(true);
      expect(found.commits.map(({ stored }) => stored.streamSeq)).toEqual(
        commits.slice(at + 1).map((one) => one.streamSeq),
      );
    }
    expect((await missed(undefined)).commits).toHaveLength(commits.length);
  });

  it('C2: a cursor of another stream goes on by event seq', async () => {
    for (let said = 0; said < 4; said++) await run(world.say());
    const found = await missed('another.999.2');
    expect(found.recovered).toBe(true);
    expect(found.commits.flatMap(({ stored }) => stored.commit.events.map(({ seq }) => seq))).toEqual([3, 4]);
    expect(await missed('another.999.4')).toMatchObject({ recovered: true, commits: [] });
  });

  it('C2: the number in a cursor of another stream is no place in this one', async () => {
    await run(world.say());
    await run(world.stream());
    await run(world.stream());
    const found = await missed('another.3.1');
    expect(found.commits.map(({ stored }) => stored.streamSeq)).toEqual([2, 3]);
  });

  it('C1: a position beyond the end of the log, whose deltas are gone, goes on by event seq', async () => {
    await run(world.say());
    await run(world.stream());
    const [first, delta] = await run(world.logged());
    await world.age(7 * 60 * 60 * 1000);
    await run(world.say());
    const found = await missed(`${await epoch()}.${String(delta?.streamSeq)}.1`);
    expect(found).toMatchObject({ recovered: true, commits: [{ place: { eventSeq: 2 } }] });
    expect((await missed(`${await epoch()}.999999.1`)).commits).toHaveLength(1);
    expect(await missed(`${await epoch()}.999999.2`)).toMatchObject({ recovered: true, end: { streamSeq: 3 } });
    expect(first?.streamSeq).toBe(1);
  });

  it('C3: an aged-out log: recovered when nothing newer is stored, else not; and never again after the reload', async () => {
    await run(world.say(5));
    const cursor = `${await epoch()}.1.`;
    world.storedSeq = 5;
    await world.age(31 * 24 * 60 * 60 * 1000);
    expect(await missed(`${cursor}5`)).toMatchObject({ recovered: true });
    for (const old of [`${cursor}3`, 'another.7.3', undefined]) {
      const lost = await missed(old);
      expect(lost).toMatchObject({ recovered: false, commits: [], end: { eventSeq: 5 } });
      const { streamSeq, eventSeq } = lost.end;
      expect(await missed(`${lost.epoch}.${String(streamSeq)}.${String(eventSeq)}`)).toMatchObject({ recovered: true });
    }
  });

  it('C3: a log whose beginning has aged out: what a reload gives goes on without a hole', async () => {
    await run(world.say(3));
    await world.age(29 * 24 * 60 * 60 * 1000);
    await run(world.say(2));
    await world.age(2 * 24 * 60 * 60 * 1000);
    await run(world.say(1));
    world.storedSeq = 5;
    const lost = await missed(undefined);
    expect(lost).toMatchObject({ recovered: false, end: { eventSeq: 5 } });
    const next = await missed(`${lost.epoch}.${String(lost.end.streamSeq)}.5`);
    expect(next.commits.flatMap(({ stored }) => stored.commit.events.map(({ seq }) => seq))).toEqual([6]);
    expect((await missed('another.1.3')).commits).toHaveLength(2);
  });

  it('C4: an event of a lost log that nobody has any more is not recovered, and what a reload gives goes on', async () => {
    await run(world.say(4));
    await run(world.stream());
    for (const [stored, known] of [
      [3, 4],
      [5, 5],
    ] as const) {
      world.storedSeq = stored;
      const lost = await missed('another.999.6');
      expect(lost).toMatchObject({ recovered: false, commits: [], end: { streamSeq: 1, eventSeq: known } });
      const next = await missed(`${lost.epoch}.1.${String(known)}`);
      expect(next).toMatchObject({ recovered: true });
      expect(next.commits.map(({ stored: { streamSeq } }) => streamSeq)).toEqual([2]);
    }
    world.storedSeq = 6;
    expect(await missed('another.999.6')).toMatchObject({ recovered: true });
  });

  it('C1: cannot tell while the store is down, and says so', async () => {
    world.storeDown = true;
    await expect(missed('another.1.3')).rejects.toThrow('the store is down');
    await run(world.say(3));
    expect(await missed(undefined)).toMatchObject({ recovered: true });
  });
});
