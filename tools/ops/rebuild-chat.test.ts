import { beforeEach, describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG, createMemoryBroker } from '@colloquy/messaging';
import { createMemoryStore, type PlacedEvent, type StoreCall } from '@colloquy/store';
import { randomLog, seededIds, VirtualClock } from '@colloquy/testing';
import { foldRecord, recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import fc from 'fast-check';
import { rebuildChat } from './rebuild-chat.ts';

const CHAT = 'chat-0000-0000-0001';
const CHOICES = Array.from({ length: 60 }, (_, index) => (index * 37) % 101);

function unplaced({ seq: _seq, at: _at, ...event }: ChatEvent): NewEvent {
  return event;
}

function createWorld() {
  const clock = new VirtualClock();
  const ids = seededIds(1, () => clock.now());
  const { log } = createMemoryBroker({ clock, ids }).connect('ops');
  const state: { onCall?: (call: StoreCall) => Promise<void> } = {};
  const store = createMemoryStore({ fault: (call) => state.onCall?.(call) });
  const world = {
    clock,
    log,
    store,
    state,
    rebuild: (mayShorten = true) => clock.run(rebuildChat({ log, store, clock }, CHAT, mayShorten)),
    append: async (commits: readonly PlacedCommit[]) => {
      const writer = log.open(CHAT, EMPTY_LOG);
      for (const { commit } of commits) {
        await clock.run(writer.append({ events: commit.events.map(unplaced), deltas: commit.deltas ?? [] }));
      }
    },
    commits: async () => {
      const commits: PlacedCommit[] = [];
      await clock.run(
        (async () => {
          const epoch = await log.epoch();
          for await (const { commit, streamSeq } of log.read(CHAT, { after: 0, complete: true })) {
            commits.push({ epoch, streamSeq, commit });
          }
        })(),
      );
      return commits;
    },
    /** As persistence does, for commits that follow each other. */
    project: async (commits: readonly PlacedCommit[]) => {
      const before = await store.header(CHAT);
      const { header, push } = foldRecord(before, commits, publicEvent);
      await store.insertEvents(placedOf(commits));
      return header !== undefined && store.updateChat(CHAT, before?.lastSeq ?? 0, { header, push });
    },
    expectWhole: async (commits: readonly PlacedCommit[]) => {
      const { rebuiltAt, ...record } = (await store.chat(CHAT)) ?? {};
      expect(rebuiltAt).toBeDefined();
      expect(record).toEqual(recordOfLog(commits, publicEvent));
      const events = await store.events(CHAT, { after: 0, limit: 100_000 });
      expect(events).toEqual(commits.flatMap(({ commit }) => commit.events));
    },
  };
  return world;
}

const placedOf = (commits: readonly PlacedCommit[]): PlacedEvent[] =>
  commits.flatMap(({ commit, epoch, streamSeq }) =>
    commit.events.map((event): PlacedEvent => ({ event, chatId: CHAT, ownerId: 'ada', epoch, streamSeq })),
  );

let world: ReturnType<typeof createWorld>;
let commits: PlacedCommit[];
let last: number;
beforeEach(async () => {
  world = createWorld();
  await world.append(randomLog(CHOICES, CHAT));
  commits = (await world.commits()).filter(({ commit }) => commit.events.length > 0);
  last = commits.flatMap(({ commit }) => commit.events).length;
});

describe('rebuilding a chat', () => {
  it('B1: makes it from the log alone', async () => {
    expect(await world.rebuild()).toEqual({ kind: 'rebuilt', events: last });
    await world.expectWhole(commits);
  });

  it('B1: mends a document that is wrong, and events that are missing or in the place of others', async () => {
    await world.project(commits);
    const header = await world.store.header(CHAT);
    if (header === undefined) throw new Error('it was projected');
    await world.store.updateChat(CHAT, last, {
      header: { ...header, title: 'wrong', usage: { ...header.usage, modelCalls: 99 } },
      push: [],
    });
    await world.store.dropEvents(CHAT, last - 3);
    await world.store.replaceEvents(
      placedOf(commits)
        .slice(2, 4)
        .map((placed) => ({ ...placed, streamSeq: 9999 })),
    );
    await world.store.markConflict(CHAT, 'the place of event 3 is taken');
    expect(await world.rebuild(false)).toEqual({ kind: 'rebuilt', events: last });
    await world.expectWhole(commits);
    expect(await world.store.conflicts(10)).toEqual([]);
    expect(await world.store.insertEvents(placedOf(commits))).toEqual({ conflicts: [] });
  });

  it('B1: takes what has aged out of the log from MongoDB, at any cut', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(commits.length), async (cut) => {
        const aged = createWorld();
        await aged.append(randomLog(CHOICES, CHAT));
        const all = await aged.commits();
        await aged.project(all);
        await aged.clock.run(aged.log.erase(CHAT, all[cut - 1]?.streamSeq ?? 0));
        const { messages, lastSeq, usage } = (await aged.store.chat(CHAT)) ?? {};
        expect(await aged.rebuild()).toEqual({ kind: 'rebuilt', events: last });
        expect(await aged.store.chat(CHAT)).toMatchObject({ messages, lastSeq, usage });
        expect(await aged.store.events(CHAT, { after: 0, limit: 100_000 })).toHaveLength(last);
      }),
      { numRuns: 30 },
    );
  });

  it('B1: changes nothing when an event is nowhere, and says which', async () => {
    await world.project(commits);
    await world.clock.run(world.log.erase(CHAT, commits[9]?.streamSeq ?? 0));
    const before = await world.store.chat(CHAT);
    await world.store.dropEvents(CHAT, 2);
    const { kind, ...rest } = await world.rebuild();
    expect(kind).toBe('fault');
    expect(JSON.stringify(rest)).toMatch(/event 3\b|expected 3|\b3\b/);
    expect(await world.store.chat(CHAT)).toEqual(before);
    expect(await world.store.events(CHAT, { after: 0, limit: 10 })).toHaveLength(2);
  });

  it('B1: a log that lost its end decides only when the chat is named', async () => {
    const other = createWorld();
    await other.append(commits.slice(0, 1));
    const kept = await other.commits();
    const lost = { type: 'chat_pinned', pinned: true, at: '2026-01-01T00:00:00.000Z' } as const;
    const seq = kept.flatMap(({ commit }) => commit.events).length + 1;
    const commit = { v: 1 as const, chatId: CHAT, events: [{ ...lost, seq }] };
    await other.project([...kept, { epoch: 'gone', streamSeq: 99, commit }]);
    expect(await other.rebuild(false)).toMatchObject({ kind: 'fault', reason: expect.stringContaining('by its id') });
    expect(await other.rebuild(true)).toMatchObject({ kind: 'rebuilt' });
    await other.expectWhole(kept);
  });

  it('B2: begins again when persistence writes meanwhile, and what was folded from the old document is refused', async () => {
    await world.project(commits.slice(0, 5));
    const stale = foldRecord(await world.store.header(CHAT), commits.slice(5, 6), publicEvent);
    let writes = 0;
    world.state.onCall = async ({ method, when }) => {
      if (method !== 'replaceChat' || when !== 'before' || writes === 3) return;
      writes += 1;
      await world.project(commits.slice(4 + writes, 5 + writes));
    };
    expect(await world.rebuild()).toEqual({ kind: 'rebuilt', events: last });
    expect(writes).toBe(3);
    await world.expectWhole(commits);
    if (stale.header === undefined) throw new Error('there is one');
    expect(await world.store.updateChat(CHAT, last, { header: stale.header, push: [] })).toBe(false);
    expect(await world.rebuild()).toEqual({ kind: 'rebuilt', events: last });
  });

  it('B3: leaves an erased chat erased, also one that is erased meanwhile', async () => {
    await world.project(commits);
    world.state.onCall = async ({ method, when }) => {
      if (method === 'replaceChat' && when === 'before') await world.store.erase(CHAT);
    };
    for (let times = 0; times < 2; times += 1) {
      expect(await world.rebuild()).toEqual({ kind: 'erased' });
      expect(await world.store.chat(CHAT)).toBeUndefined();
      expect(await world.store.events(CHAT, { after: 0, limit: 10 })).toEqual([]);
    }
  });
});
