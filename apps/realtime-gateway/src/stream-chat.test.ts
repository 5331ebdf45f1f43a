import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { parseCursor } from '@colloquy/contracts';
import { createMemoryBroker } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { seqsOf, StreamWorld } from './fixtures/stream-world.ts';
import { SupersededError } from './watch-chat.ts';
import { TooManyChatsError } from './watching.ts';

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
const lastSeq = async () => (await run(world.seqs())).length;

describe('watching a chat', () => {
  it('S1: what happens between the subscription and the first read is there at once, once', async () => {
    const viewer = world.connect();
    const watching = world.watch(viewer);
    const writing = world.say(2).then(() => world.say());
    await run(Promise.all([watching, writing]));
    await clock.advance(100);
    expect(seqsOf(viewer.viewer)).toEqual([1, 2, 3]);
    expect(viewer.viewer.holes).toEqual([]);
  });

  it('S1: what comes between the read and the joining of a slow viewer is there at once', async () => {
    await run(world.say());
    const slow = world.connect();
    slow.viewer.full = true;
    const watching = world.watch(slow);
    await clock.advance(100);
    await run(world.say());
    slow.viewer.drain();
    await run(watching);
    await clock.advance(100);
    expect(seqsOf(slow.viewer)).toEqual([1, 2]);
  });

  it('a chat can be watched before its first commit, from nothing', async () => {
    const viewer = world.connect();
    expect(await run(world.watch(viewer))).toMatchObject({ ok: true, recovered: true });
    await run(world.say(2));
    await clock.advance(20);
    expect(seqsOf(viewer.viewer)).toEqual([1, 2]);
  });

  it('S2: a lost live message is read from the log as soon as the next one shows it', async () => {
    await run(world.say());
    const viewer = world.connect();
    await run(world.watch(viewer));
    world.lose = ({ kind }) => kind === 'republish';
    await run(world.say());
    world.lose = () => false;
    await run(world.say());
    await clock.advance(100);
    expect(seqsOf(viewer.viewer)).toEqual([1, 2, 3]);
    expect(world.counts.gaps).toBe(1);
  });

  it('S2: a lost last message is found within ten seconds', async () => {
    await run(world.say());
    const viewer = world.connect();
    await run(world.watch(viewer));
    world.lose = ({ kind }) => kind === 'republish';
    await run(world.say());
    await clock.advance(10_100);
    expect(seqsOf(viewer.viewer)).toEqual([1, 2]);
  });

  it('S2: what was stored while the gateway was cut off is there as soon as it is back', async () => {
    await run(world.say());
    const viewer = world.connect();
    await run(world.watch(viewer));
    world.connection.cut();
    await run(world.say());
    world.connection.restore();
    await clock.advance(1000);
    expect(seqsOf(viewer.viewer)).toEqual([1, 2]);
  });

  it('S3: memory and log give the same, also to one who is further behind than memory reaches', async () => {
    await run(world.say());
    const early = world.connect();
    await run(world.watch(early));
    const old = early.viewer.cursor;
    for (let said = 0; said < 700; said++) await run(world.say());
    await clock.advance(100);
    const places = early.viewer.batches.map(({ cursor }) => cursor);
    for (const cursor of [old, places[20], places.at(-300), places.at(-2), places.at(-1)]) {
      const viewer = world.connect();
      const before = parseCursor(cursor ?? '')?.eventSeq ?? 0;
      viewer.viewer.events.push(...early.viewer.events.slice(0, before));
      viewer.viewer.cursor = cursor;
      await run(world.watch(viewer));
      expect(seqsOf(viewer.viewer)).toEqual(await run(world.seqs()));
      expect(viewer.viewer.holes).toEqual([]);
    }
    expect(await lastSeq()).toBe(701);
  });

  it('S3: one who reads while the chat moves on by more than memory holds gets all of it', async () => {
    await run(world.say());
    const early = world.connect();
    await run(world.watch(early));
    const slow = world.connect();
    slow.viewer.full = true;
    const watching = world.watch(slow);
    for (let said = 0; said < 700; said++) await run(world.say());
    slow.viewer.drain();
    await run(watching);
    await clock.advance(100);
    expect(seqsOf(slow.viewer)).toEqual(await run(world.seqs()));
    expect(slow.viewer.holes).toEqual([]);
  });

  it('S4: first of a quiet chat at once, then joined for a moment', async () => {
    await run(world.say());
    const { viewer, watching } = world.connect();
    await run(watching.start(world.chatId, undefined));
    const before = viewer.batches.length;
    for (let said = 0; said < 10; said++) await run(world.stream());
    await clock.advance(50);
    expect(viewer.batches.length - before).toBeLessThan(10);
    expect([...viewer.texts.values()].join('')).toBe('x'.repeat(10));
  });

  it('one read serves all who come at once with the same cursor', async () => {
    await run(world.say(3));
    world.counts.reads = 0;
    const clients = Array.from({ length: 50 }, () => world.connect());
    await run(Promise.all(clients.map((client) => world.watch(client))));
    expect(world.counts.reads).toBe(1);
    for (const { viewer } of clients) expect(seqsOf(viewer)).toEqual([1, 2, 3]);
  });

  it('P4: deltas that have expired break no replay', async () => {
    await run(world.say());
    for (let said = 0; said < 5; said++) await run(world.stream());
    await world.age(7 * 60 * 60 * 1000);
    await run(world.say());
    const client = world.connect();
    expect(await run(world.watch(client))).toMatchObject({ recovered: true });
    expect(seqsOf(client.viewer)).toEqual([1, 2]);
  });

  it('a chat that was deleted is told to all who watch, after its last commit', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    await run(world.erase());
    await clock.advance(20);
    expect(seqsOf(client.viewer)).toEqual([1, 2]);
    expect(client.viewer.resets).toEqual([client.viewer.cursor]);
    const again = world.connect(client.viewer);
    await run(world.watch(again));
    expect(again.viewer.resets).toEqual([]);
  });

  it('a subscription that fails is refused, and the next one tries again', async () => {
    await run(world.say());
    world.lose = ({ subject }) => subject === 'flush';
    const client = world.connect();
    await expect(run(world.watch(client))).rejects.toThrow('no answer');
    expect(world.streams.size).toBe(0);
    world.lose = () => false;
    expect(await run(world.watch(client))).toMatchObject({ recovered: true });
  });

  it('a read that fails while watching is tried again until it works, and ends with the stream', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    let live = 1;
    world.lose = ({ kind, subject }) =>
      kind === 'republish' ? live-- > 0 : kind === 'read' && subject.startsWith('chat.');
    await run(world.say());
    await run(world.say());
    await clock.advance(9000);
    expect(world.warnings.length).toBeGreaterThan(1);
    world.lose = () => false;
    await clock.advance(6000);
    expect(seqsOf(client.viewer)).toEqual([1, 2, 3]);
  });

  it('closing while a read fails ends it', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    world.lose = ({ kind }) => kind !== 'store';
    await run(world.streams.checkAll()).catch(() => undefined);
    await world.stop();
    const { length } = world.warnings;
    await clock.advance(60_000);
    expect(world.warnings).toHaveLength(length);
  });

  it('a stream that was created anew: those who watch are told to reload, and go on by event seq', async () => {
    await run(world.say(2));
    const client = world.connect();
    await run(world.watch(client));
    await clock.advance(5000);
    const renewed = createMemoryBroker({ clock, ids: seededIds(3) }).connect('gateway');
    const writer = renewed.log.open(world.chatId, { streamSeq: 0, durableStreamSeq: 0, lastSeq: 2 });
    await run(writer.append({ events: [{ type: 'chat_pinned', pinned: true }] }));
    Object.assign(world.parts, { log: renewed.log, live: renewed.live });
    await run(world.streams.checkAll());
    expect(client.viewer.resets).toEqual([undefined]);
    expect(await run(world.watch(client))).toMatchObject({ recovered: true });
    expect(seqsOf(client.viewer)).toEqual([1, 2, 3]);
    expect(client.viewer.holes).toEqual([]);
  });
});

describe('one who watches', () => {
  it('W1: the newest call counts', async () => {
    await run(world.say(3));
    const client = world.connect();
    const first = world.watch(client);
    const second = world.watch(client);
    await expect(run(first)).rejects.toThrow(SupersededError);
    expect(await run(second)).toMatchObject({ recovered: true });
    await run(world.say());
    await clock.advance(20);
    expect(seqsOf(client.viewer)).toEqual([1, 2, 3, 4]);
  });

  it('W2: who is behind gets nothing, and everything once it has drained', async () => {
    await run(world.say());
    const [slow, quick] = [world.connect(), world.connect()];
    await run(Promise.all([world.watch(slow), world.watch(quick)]));
    slow.viewer.full = true;
    await run(world.say());
    await clock.advance(50);
    const { length } = slow.viewer.batches;
    for (let said = 0; said < 20; said++) {
      await run(world.say());
      await clock.advance(100);
    }
    expect(slow.viewer.batches).toHaveLength(length);
    expect(seqsOf(quick.viewer)).toHaveLength(22);
    slow.viewer.drain();
    await clock.advance(100);
    expect(seqsOf(slow.viewer)).toEqual(seqsOf(quick.viewer));
    expect(slow.viewer.resets).toEqual([]);
  });

  it('W2: who unsubscribes while it drains is not served again', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    client.viewer.full = true;
    await run(world.say());
    await clock.advance(50);
    world.leave(client);
    client.viewer.drain();
    await run(world.say());
    await clock.advance(1000);
    expect(client.viewer.holes).toEqual([]);
    expect(client.viewer.joined.size).toBe(0);
  });

  it('W2: who is behind for 30 s is given up', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    client.viewer.full = true;
    await run(world.say());
    await clock.advance(29_000);
    expect(client.viewer.gone).toBe(false);
    await clock.advance(2000);
    expect(client.viewer.gone).toBe(true);
  });

  it('W3: nothing is held for one who is gone, even in the middle of a call', async () => {
    await run(world.say());
    const client = world.connect();
    const watching = world.watch(client);
    world.disconnect(client);
    await expect(run(watching)).rejects.toThrow(SupersededError);
    await expect(run(world.watch(client))).rejects.toThrow(SupersededError);
    expect(client.viewer.joined.size).toBe(0);
    await clock.advance(6000);
    expect(world.streams.size).toBe(0);
  });

  it('a chat stays open for a while: who reloads needs no new subscription', async () => {
    await run(world.say());
    const client = world.connect();
    await run(world.watch(client));
    world.disconnect(client);
    await clock.advance(3000);
    expect(world.streams.size).toBe(1);
    const again = world.connect(client.viewer);
    await run(world.watch(again));
    await clock.advance(60_000);
    expect(world.streams.size).toBe(1);
    world.disconnect(again);
    await clock.advance(6000);
    expect(world.streams.size).toBe(0);
  });

  it('may watch many chats, but not without end', async () => {
    const { watching } = world.connect();
    const ids = seededIds(9);
    for (let chat = 0; chat < 256; chat++) await run(watching.start(ids.uuid(), undefined));
    await expect(run(watching.start(ids.uuid(), undefined))).rejects.toThrow(TooManyChatsError);
  });
});
