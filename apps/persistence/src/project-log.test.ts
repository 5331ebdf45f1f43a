import { describe, expect, it } from '@jest/globals';
import { publicEvent, type ChatEvent, type ChatRow, type NewEvent } from '@colloquy/contracts';
import {
  EMPTY_LOG,
  createMemoryBroker,
  ownerKey,
  type MemoryConnection,
  type MemoryFault,
  type Messaging,
} from '@colloquy/messaging';
import { createMemoryStore, StoreUnavailableError, type StoreCall } from '@colloquy/store';
import { randomLog, seededIds, VirtualClock } from '@colloquy/testing';
import { recordOfLog, type PlacedCommit } from '@colloquy/transcript';
import fc from 'fast-check';
import { HeaderCache } from './header-cache.ts';
import type { Meters } from './ports.ts';
import { projectLog } from './project-log.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const chatName = (index: number): string => `chat-0000-0000-${String(index).padStart(4, '0')}`;

function unplaced({ seq: _seq, at: _at, ...event }: ChatEvent): NewEvent {
  return event;
}

interface World {
  readonly faults: { broker: () => MemoryFault; store: (call: StoreCall) => number | undefined };
}

/** Broker, store and time in memory, with as many projections as are started. */
function createWorld({ faults }: World) {
  const clock = new VirtualClock();
  const ids = seededIds(1, () => clock.now());
  const state = { faulty: true };
  const broker = createMemoryBroker({
    clock,
    ids,
    fault: ({ connection }) => (state.faulty && connection.startsWith('persistence') ? faults.broker() : 'none'),
  });
  const store = createMemoryStore({
    fault: async (call) => {
      const ms = state.faulty ? faults.store(call) : undefined;
      if (ms !== undefined) await clock.sleep(ms);
    },
  });
  const counts = { batches: 0, parked: 0, filled: 0, outages: 0 };
  const meters: Meters = {
    batch: () => void (counts.batches += 1),
    written: () => undefined,
    parked: (commits) => void (counts.parked += commits),
    filled: () => void (counts.filled += 1),
    outage: () => void (counts.outages += 1),
    erased: () => undefined,
  };
  const writer = broker.connect('writer');
  return {
    clock,
    store,
    counts,
    writer,
    calm: () => void (state.faulty = false),
    start: async (name: string, cached = 3) => {
      const messaging: MemoryConnection = broker.connect(`persistence-${name}`);
      const { faulty } = state;
      state.faulty = false; // a service that cannot even start is started again
      const consumer = await messaging.consumer('persistence');
      state.faulty = faulty;
      const parts = { messaging, store, headers: new HeaderCache(cached), clock, logger: SILENT, meters };
      return { messaging, consumer, running: projectLog(parts, consumer) };
    },
  };
}

/** Appends the commits of several chats, in turn. */
async function append(writer: Messaging, logs: readonly PlacedCommit[][]): Promise<void> {
  const writers = logs.map((_, index) => writer.log.open(chatName(index), EMPTY_LOG));
  for (let turn = 0; logs.some((log) => turn < log.length); turn += 1) {
    await Promise.all(
      logs.map(async (log, index) => {
        const commit = log[turn]?.commit;
        if (commit === undefined) return;
        await writers[index]?.append({ events: commit.events.map(unplaced), deltas: commit.deltas ?? [] });
      }),
    );
  }
}

async function logOf(messaging: Messaging, chatId: string): Promise<PlacedCommit[]> {
  const epoch = await messaging.log.epoch();
  const commits: PlacedCommit[] = [];
  for await (const { commit, streamSeq } of messaging.log.read(chatId, { after: 0, complete: true })) {
    commits.push({ epoch, streamSeq, commit });
  }
  return commits;
}

type WorldUnderTest = ReturnType<typeof createWorld>;

/** Lets time pass until MongoDB holds all of every chat, and says that it is the fold of the log. */
async function expectComplete({ clock, store, writer }: WorldUnderTest, chats: number): Promise<void> {
  for (let index = 0; index < chats; index += 1) {
    const log = await clock.run(logOf(writer, chatName(index)));
    const expected = recordOfLog(log, publicEvent);
    let seconds = 0;
    while ((await store.header(chatName(index)))?.lastSeq !== expected?.lastSeq) {
      seconds += 1;
      if (seconds > 900) throw new Error(`chat ${index} is not complete after 15 minutes`);
      await clock.advance(1000);
    }
    expect(await store.chat(chatName(index))).toEqual(expected);
    const events = await store.events(chatName(index), { after: 0, limit: 100_000 });
    expect(events).toEqual(log.flatMap(({ commit }) => commit.events));
  }
}

const choices = fc.array(fc.nat(1000), { maxLength: 60 });

describe('P2: the projection, in a simulated world', () => {
  it('ends in the fold of the log: instances racing, answers lost, one killed, MongoDB failing and away', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          logs: fc.array(choices, { minLength: 1, maxLength: 4 }),
          instances: fc.integer({ min: 1, max: 3 }),
          broker: fc.infiniteStream(fc.nat(99)),
          store: fc.infiniteStream(fc.nat(99)),
          kill: fc.boolean(),
        }),
        async ({ logs, instances, broker, store, kill }) => {
          const world = createWorld({
            faults: {
              broker: () => {
                const dice: number = broker.next().value ?? 50;
                return dice < 4 ? 'lose' : dice < 8 ? 'lose_answer' : 'none';
              },
              store: () => {
                const dice: number = store.next().value ?? 50;
                if (dice < 6) throw new StoreUnavailableError('away');
                return dice; // ms: so that instances overtake each other
              },
            },
          });
          const { clock } = world;
          const started = [];
          for (let index = 0; index < instances; index += 1) started.push(await clock.run(world.start(String(index))));
          const appending = append(
            world.writer,
            logs.map((log, index) => randomLog(log, chatName(index))),
          );
          await clock.advance(40);
          if (kill) {
            started[0]?.messaging.kill();
            started.push(await clock.run(world.start('successor')));
          }
          await clock.run(appending);
          await clock.advance(60_000);
          world.calm();
          await expectComplete(world, logs.length);
          expect(world.counts.parked).toBe(0);
        },
      ),
      { numRuns: 120 },
    );
  }, 60_000);

  it('P2: acknowledges a commit only when its write is committed', async () => {
    const slow = ({ method, when }: StoreCall) => (method === 'updateChat' && when === 'before' ? 2000 : undefined);
    const world = createWorld({ faults: { broker: () => 'none', store: slow } });
    const { clock } = world;
    const { consumer } = await clock.run(world.start('one'));
    await clock.run(append(world.writer, [randomLog([1])]));
    await clock.advance(1000);
    expect(await world.store.header(chatName(0))).toBeUndefined();
    expect(await clock.run(consumer.lag())).toBeGreaterThan(0);
    await expectComplete(world, 1);
    await clock.advance(10_000);
    expect(await clock.run(consumer.lag())).toBe(0);
  });

  it('waits on the log while MongoDB is away, and catches up', async () => {
    let away = false;
    const calls: StoreCall[] = [];
    const world = createWorld({
      faults: {
        broker: () => 'none',
        store: (call) => {
          calls.push(call);
          if (away) throw new StoreUnavailableError('away');
          return undefined;
        },
      },
    });
    const { clock } = world;
    const { consumer } = await clock.run(world.start('one'));
    away = true;
    await clock.run(append(world.writer, [randomLog(Array.from({ length: 80 }, (_, index) => index * 7))]));
    await clock.advance(5000);
    expect(world.counts.outages).toBe(1);
    expect(await clock.run(consumer.lag())).toBeGreaterThan(0);
    calls.length = 0;
    await clock.advance(20_000);
    expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['ping']));
    away = false;
    await expectComplete(world, 1);
    await clock.advance(5000);
    expect(await clock.run(consumer.lag())).toBe(0);
    expect(world.counts).toMatchObject({ outages: 1, parked: 0 });
  });

  it('shows each chat in its owner’s sidebar, at last as it is', async () => {
    const world = createWorld({ faults: { broker: () => 'none', store: () => undefined } });
    const { clock, writer } = world;
    const rows: ChatRow[] = [];
    await clock.run(writer.live.subscribeUser(ownerKey({ ownerId: 'ada' }), (row) => rows.push(row)));
    await clock.run(world.start('one'));
    await clock.run(append(writer, [randomLog([1, 2, 3, 4, 5, 6, 7, 8])]));
    await expectComplete(world, 1);
    await clock.advance(100);
    expect(rows.at(-1)?.lastSeq).toBe((await world.store.header(chatName(0)))?.lastSeq);
  });

  it('finishes the batch in hand when it is closed', async () => {
    const world = createWorld({ faults: { broker: () => 'none', store: () => undefined } });
    const { clock } = world;
    const { running, consumer } = await clock.run(world.start('one'));
    await clock.run(append(world.writer, [randomLog([3, 1, 4, 1, 5])]));
    await clock.run(running.close());
    await clock.advance(1000);
    const { lastSeq = 0 } = (await world.store.header(chatName(0))) ?? {};
    const { length } = await world.store.events(chatName(0), { after: 0, limit: 1000 });
    expect(length).toBe(lastSeq);
    await clock.run(world.start('two'));
    await expectComplete(world, 1);
    await clock.advance(35_000);
    expect(await clock.run(consumer.lag())).toBe(0);
  });
});
