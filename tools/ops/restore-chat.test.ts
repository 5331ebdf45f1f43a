import { beforeEach, describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import {
  BrokerRefusedError,
  BrokerUnavailableError,
  createMemoryBroker,
  EMPTY_LOG,
  FencedError,
} from '@colloquy/messaging';
import { createMemoryStore, type PlacedEvent } from '@colloquy/store';
import { randomLog, seededIds, VirtualClock } from '@colloquy/testing';
import { recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import fc from 'fast-check';
import { restoreChat, type RestoreParts } from './restore-chat.ts';

const CHAT = 'chat-0000-0000-0001';
// 60: such a log begins with messages from elsewhere too.
const CHOICES = Array.from({ length: 60 }, (_, index) => (index * 37) % 101);
const LOG = randomLog(CHOICES);
const EVENTS = LOG.flatMap(({ commit }) => commit.events);

/** MongoDB as it was when the broker died, and a broker that begins anew. */
function createWorld() {
  const clock = new VirtualClock();
  const ids = seededIds(1, () => clock.now());
  const { log } = createMemoryBroker({ clock, ids }).connect('ops');
  const store = createMemoryStore();
  return {
    clock,
    log,
    store,
    restore: (parts: Partial<RestoreParts['log']> = {}, named = false) => {
      const { epoch, read, restore } = log;
      const bound = { epoch: epoch.bind(log), read: read.bind(log), restore: restore.bind(log) };
      return clock.run(restoreChat({ log: { ...bound, ...parts }, store, clock }, CHAT, named));
    },
    /** What persistence had written: the document up to a commit, events perhaps further. */
    persist: async (commits: readonly PlacedCommit[], events: readonly ChatEvent[] = eventsOf(commits)) => {
      await store.insertEvents(
        events.map((event): PlacedEvent => ({ event, chatId: CHAT, ownerId: 'ada', epoch: 'epoch1', streamSeq: 1 })),
      );
      const record = recordOfLog(commits, publicEvent);
      if (record) await store.updateChat(CHAT, 0, { header: record, push: record.messages });
    },
    onLog: () =>
      clock.run(
        (async () => {
          const found: ChatEvent[] = [];
          for await (const { commit } of log.read(CHAT, { after: 0, complete: true })) found.push(...commit.events);
          return found;
        })(),
      ),
    stored: () => store.events(CHAT, { after: 0, limit: 10_000 }),
  };
}

const eventsOf = (commits: readonly PlacedCommit[]): ChatEvent[] => commits.flatMap(({ commit }) => commit.events);
const renamed: NewEvent = { type: 'chat_renamed', title: 'on', by: 'ada' };

describe('restoring a chat', () => {
  let world: ReturnType<typeof createWorld>;
  beforeEach(() => {
    world = createWorld();
  });

  it('R1: puts the whole history back as it was, and a writer goes on from it', async () => {
    await world.persist(LOG);
    expect(await world.restore()).toMatchObject({ kind: 'restored', events: EVENTS.length });
    expect(await world.onLog()).toEqual(EVENTS);
    const last = (await world.clock.run(world.log.last(CHAT)))?.streamSeq ?? 0;
    const writer = world.log.open(CHAT, { streamSeq: last, durableStreamSeq: last, lastSeq: EVENTS.length });
    await world.clock.run(writer.append({ events: [renamed] }));
    expect((await world.onLog()).map(({ seq }) => seq)).toEqual([...EVENTS, renamed].map((_, at) => at + 1));
  });

  it('R1: whoever folded before it is fenced off; whoever wrote before it comes first, with the history in MongoDB', async () => {
    await world.persist(LOG);
    const late = world.log.open(CHAT, { ...EMPTY_LOG, lastSeq: EVENTS.length });
    await world.restore();
    await expect(world.clock.run(late.append({ events: [renamed] }))).rejects.toThrow(FencedError);
    const other = createWorld();
    await other.persist(LOG);
    await other.clock.run(other.log.open(CHAT, { ...EMPTY_LOG, lastSeq: EVENTS.length }).append({ events: [renamed] }));
    expect(await other.restore()).toEqual({ kind: 'whole' });
    expect(await other.onLog()).toHaveLength(1);
  });

  it('R1 R3: adds the end that a log has lost, whatever it lost, and then nothing more', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: EVENTS.length }), async (kept) => {
        const one = createWorld();
        await one.persist(LOG);
        if (kept > 0) await one.clock.run(one.log.restore(CHAT, EVENTS.slice(0, kept), 0));
        const restored = await one.restore();
        if (kept === EVENTS.length) expect(restored).toEqual({ kind: 'whole' });
        else expect(restored).toMatchObject({ kind: 'restored', events: EVENTS.length - kept });
        expect(await one.restore()).toEqual({ kind: 'whole' });
        expect(await one.onLog()).toEqual(EVENTS);
      }),
      { numRuns: 20 },
    );
  });

  it('R3: an answer that is lost is looked up on the log, not written again', async () => {
    await world.persist(LOG);
    let lost = 0;
    const restore = async (...args: Parameters<RestoreParts['log']['restore']>) => {
      const restored = await world.log.restore(...args);
      if (lost++ === 0) throw new BrokerUnavailableError('no answer');
      return restored;
    };
    expect(await world.restore({ restore })).toEqual({ kind: 'whole' });
    expect(await world.onLog()).toEqual(EVENTS);
  });

  it('R3: a broker that does not say is given time, and is named when it stays so', async () => {
    await world.persist(LOG);
    let [asked, before] = [0, world.clock.monotonic()];
    const silent = (): Promise<never> => {
      asked += 1;
      return Promise.reject(new BrokerUnavailableError('no answer'));
    };
    const restored = await world.restore({ restore: silent });
    expect(restored).toMatchObject({ kind: 'fault', reason: expect.stringContaining('did not take it at 10 of 10') });
    expect(asked).toBe(10);
    expect(world.clock.monotonic() - before).toBeGreaterThan(10_000);
    before = world.clock.monotonic();
    const contested = await world.restore({ restore: () => Promise.resolve({ kind: 'contested' }) });
    expect(contested).toMatchObject({ kind: 'fault', reason: expect.stringContaining('written 10 times meanwhile') });
  });

  it('what the broker will never take is told of this chat, so that others go on', async () => {
    await world.persist(LOG);
    const restore = () => Promise.reject(new BrokerRefusedError(10199, 'it takes 1001 commits'));
    expect(await world.restore({ restore })).toMatchObject({
      kind: 'fault',
      reason: expect.stringContaining('it takes 1001 commits'),
    });
  });

  it('R2: names the way out of a hole within the log, and puts nothing there', async () => {
    const holed = EVENTS.filter(({ seq }) => seq !== 3 && seq !== 4);
    await world.persist(LOG);
    await world.clock.run(world.log.restore(CHAT, holed, 0));
    expect(await world.restore()).toMatchObject({
      kind: 'fault',
      reason: expect.stringMatching(/^events 3 to 4 are missing within its log.*purge CHATS --subject chat\.chat-0000/),
    });
    expect(await world.onLog()).toEqual(holed);
    await world.clock.run(world.log.erase(CHAT, Infinity));
    expect(await world.restore({}, true)).toMatchObject({ kind: 'restored', events: EVENTS.length });
    const poor = createWorld();
    await poor.persist(LOG.slice(0, 1));
    await poor.clock.run(poor.log.restore(CHAT, holed, 0));
    expect(await poor.restore()).toMatchObject({ kind: 'fault', reason: expect.stringContaining('on this log alone') });
  });

  it('drops what persistence had begun to write behind a hole, and nothing that a document has', async () => {
    const upTo = LOG.slice(0, 4);
    const whole = eventsOf(upTo).length;
    await world.persist(
      upTo,
      EVENTS.filter(({ seq }) => seq <= whole || (seq > whole + 1 && seq < whole + 4)),
    );
    expect(await world.restore()).toMatchObject({ kind: 'restored', events: whole });
    expect(await world.stored()).toEqual(EVENTS.slice(0, whole));
    const damaged = createWorld();
    await damaged.persist(
      LOG,
      EVENTS.filter(({ seq }) => seq !== 3),
    );
    expect(await damaged.restore()).toMatchObject({
      kind: 'fault',
      reason: expect.stringContaining('event 3 is neither'),
    });
    expect(await damaged.stored()).toHaveLength(EVENTS.length - 1);
    expect(await damaged.onLog()).toEqual([]);
  });

  it('R2: writes nothing where the log went on with something else', async () => {
    await world.persist(LOG);
    await world.clock.run(world.log.restore(CHAT, EVENTS.slice(0, 3), 0));
    const last = (await world.clock.run(world.log.last(CHAT)))?.streamSeq ?? 0;
    const writer = world.log.open(CHAT, { streamSeq: last, durableStreamSeq: last, lastSeq: 3 });
    await world.clock.run(writer.append({ events: [renamed] }));
    const restored = await world.restore();
    expect(restored).toMatchObject({
      kind: 'fault',
      reason: expect.stringContaining('event 4 on the log is not the one'),
    });
    expect(await world.onLog()).toHaveLength(4);
  });

  it('R4: leaves erased chats erased, and what has only aged out where it is unless it is named', async () => {
    await world.persist(LOG);
    const epoch = () => Promise.resolve('epoch1');
    expect(await world.restore({ epoch })).toEqual({ kind: 'whole' });
    expect(await world.onLog()).toEqual([]);
    expect(await world.restore({ epoch }, true)).toMatchObject({ kind: 'restored' });
    const erased = createWorld();
    await erased.persist(LOG);
    await erased.store.erase(CHAT);
    expect(await erased.restore()).toEqual({ kind: 'erased' });
    expect(await erased.onLog()).toEqual([]);
    expect(await createWorld().restore()).toMatchObject({ kind: 'fault', reason: 'MongoDB has no such chat' });
  });

  it('tells whether a run must be woken', async () => {
    await world.persist(LOG.slice(0, 2));
    const restored = await world.restore();
    expect(restored).toMatchObject({ kind: 'restored', running: true });
    const done = createWorld();
    const finished = randomLog([]);
    await done.persist(finished);
    expect(await done.restore()).toMatchObject({ kind: 'restored', running: false });
  });
});
