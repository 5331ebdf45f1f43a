import { describe, expect, it } from '@jest/globals';
import { UNDO_DELETE_MS, type Command, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG } from '@colloquy/messaging';
import { StoreUnavailableError } from '@colloquy/store';
import { seededIds, VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { CHAT, MINUTE, OTHER, renamed, uploaded, worldOver, type Faults, type World } from './fixtures/erase-world.ts';

const DELETED: NewEvent = { type: 'chat_deleted', by: 'ada' };
const RESTORED: NewEvent = { type: 'chat_restored', by: 'ada' };

function createWorld(faults?: Faults): World {
  const clock = new VirtualClock();
  return worldOver({ clock, ids: seededIds(1, () => clock.now()) }, faults);
}

async function expectGone({ log, store }: World): Promise<void> {
  expect(await log()).toEqual([]);
  expect(await store.isErased(CHAT)).toBe(true);
  expect(await store.chat(CHAT)).toBeUndefined();
  expect(await store.events(CHAT, { after: 0, limit: 10 })).toEqual([]);
}

const restoreAt = ({ clock, ids }: World): Command => ({
  v: 1,
  kind: 'restore',
  commandId: ids.uuid(),
  chatId: CHAT,
  userId: 'ada',
  at: new Date(clock.now()).toISOString(),
});

describe('erasing deleted chats', () => {
  it('E1: keeps a chat as long as it can be restored, then takes all of it, and nothing of another', async () => {
    const world = createWorld();
    await world.project('one');
    for (const name of ['one', 'two']) world.erase(name);
    const [appender, other] = [await world.begin(), await world.begin(OTHER)];
    await world.say(appender, DELETED);
    await world.clock.advance(UNDO_DELETE_MS);
    expect(await world.log()).toEqual(['chat_created', 'chat_renamed', 'chat_deleted']);
    expect((await world.store.chat(CHAT))?.lastSeq).toBe(3);
    await world.clock.advance(3 * MINUTE);
    await expectGone(world);
    expect(await world.log(OTHER)).toHaveLength(2);
    await world.say(other, renamed('still there'));
    await world.clock.advance(1000);
    expect((await world.store.header(OTHER))?.title).toBe('still there');
  });

  it('E1: leaves a chat that was restored', async () => {
    const world = createWorld();
    await world.project('one');
    world.erase('one');
    const appender = await world.begin();
    await world.say(appender, DELETED);
    await world.clock.advance(UNDO_DELETE_MS - MINUTE);
    await world.say(appender, RESTORED);
    await world.clock.advance(60 * MINUTE);
    expect(await world.log()).toHaveLength(4);
    expect((await world.store.chat(CHAT))?.lastSeq).toBe(4);
  });

  it('E1: waits while a command waits: a restore that was taken in time is not lost with all orchestrators away', async () => {
    const world = createWorld();
    await world.project('one');
    world.erase('one');
    const appender = await world.begin();
    await world.say(appender, DELETED);
    await world.clock.advance(UNDO_DELETE_MS - MINUTE);
    await world.clock.run(world.writer.commands.publish(restoreAt(world)));
    await world.clock.advance(30 * MINUTE);
    expect(await world.log()).toHaveLength(3);
    await world.clock.run(
      world.writer.commands.consume(async (delivery) => {
        await appender.append({ events: [RESTORED] });
        await delivery.ack();
      }),
    );
    await world.clock.advance(30 * MINUTE);
    expect(await world.log()).toHaveLength(4);
    expect(await world.store.header(CHAT)).not.toHaveProperty('deletedAt');
  });

  it('E1: looks at the log, not only at a document that is behind', async () => {
    const world = createWorld();
    const projecting = await world.project('one');
    const appender = await world.begin();
    await world.say(appender, DELETED);
    await world.clock.advance(1000);
    await world.clock.run(projecting.close());
    await world.say(appender, RESTORED);
    world.erase('one');
    await world.clock.advance(30 * MINUTE);
    expect(await world.log()).toHaveLength(4);
    expect((await world.store.header(CHAT))?.deletedAt).toBeDefined();
    await world.project('two');
    await world.clock.advance(30 * MINUTE);
    expect((await world.store.chat(CHAT))?.lastSeq).toBe(4);
  });

  it('a commit that comes late brings nothing back, and leaves the log too', async () => {
    const world = createWorld();
    await world.project('one');
    world.erase('one');
    const appender = await world.begin();
    await world.say(appender, DELETED);
    await world.clock.advance(UNDO_DELETE_MS + 3 * MINUTE);
    await expectGone(world);
    await expect(world.say(appender, renamed('late'))).rejects.toThrow('somebody else wrote');
    // One who folded the document just before it went, as of a log that has aged out.
    await world.say(world.writer.log.open(CHAT, { ...EMPTY_LOG, lastSeq: 3 }), renamed('late'));
    await world.clock.advance(MINUTE);
    await expectGone(world);
  });

  it('E3: ends what broke off between the document and its events', async () => {
    let broke = 0;
    const world = createWorld({
      broker: () => 'none',
      store: ({ method, when }) => {
        if (method !== 'erase' || when !== 'within') return;
        broke += 1;
        throw new StoreUnavailableError('away');
      },
    });
    await world.project('one');
    for (const name of ['one', 'two']) world.erase(name);
    await world.say(await world.begin(), DELETED);
    await world.clock.advance(UNDO_DELETE_MS + 3 * MINUTE);
    expect(broke).toBeGreaterThan(0);
    expect(await world.store.isErased(CHAT)).toBe(true);
    expect(await world.store.events(CHAT, { after: 0, limit: 10 })).toHaveLength(3);
    world.calm();
    await world.clock.advance(2 * MINUTE);
    await expectGone(world);
    expect(await world.store.halfErased(10)).toEqual([]);
  });

  it('takes the files with it that no other chat has', async () => {
    const world = createWorld();
    await world.project('one');
    world.erase('one');
    const appender = await world.begin();
    await world.begin(OTHER);
    const ada = { ownerId: 'ada' };
    const [own, both] = [await uploaded(world, 'file-own-0000-0001'), await uploaded(world, 'file-both-000-0001')];
    await world.clock.run(world.files.attach(ada, [own, both], CHAT));
    await world.clock.run(world.files.attach(ada, [both], OTHER));
    await world.say(appender, DELETED);
    await world.clock.advance(UNDO_DELETE_MS - MINUTE);
    expect(await world.clock.run(world.files.head(ada, own))).toBeDefined();
    await world.clock.advance(4 * MINUTE);
    await expectGone(world);
    expect(await world.clock.run(world.files.head(ada, own))).toBeUndefined();
    expect(await world.clock.run(world.files.head(ada, both))).toMatchObject({ chats: [OTHER] });
    expect(world.blobs.size).toBe(1);
  });

  it('E2, E3: with answers lost and MongoDB failing, it ends erased and the other chat whole', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          instances: fc.integer({ min: 1, max: 3 }),
          broker: fc.infiniteStream(fc.nat(99)),
          store: fc.infiniteStream(fc.nat(99)),
          late: fc.boolean(),
        }),
        async ({ instances, broker, store, late }) => {
          const world = createWorld({
            broker: () => {
              const dice: number = broker.next().value ?? 50;
              return dice < 10 ? 'lose' : dice < 25 ? 'lose_answer' : 'none';
            },
            store: () => {
              if ((store.next().value ?? 50) < 15) throw new StoreUnavailableError('away');
            },
          });
          for (let index = 0; index < instances; index += 1) {
            await world.project(String(index));
            world.erase(String(index));
          }
          const [appender] = [await world.begin(), await world.begin(OTHER)];
          await world.say(appender, DELETED);
          await world.clock.advance(UNDO_DELETE_MS);
          // Somebody who does not know that it is deleted.
          if (late) await world.say(appender, { type: 'command_rejected', commandId: CHAT, code: 'x', message: 'x' });
          await world.clock.advance(10 * MINUTE);
          world.calm();
          await world.clock.advance(15 * MINUTE);
          await expectGone(world);
          expect(await world.log(OTHER)).toHaveLength(2);
          expect((await world.store.chat(OTHER))?.lastSeq).toBe(2);
        },
      ),
      { numRuns: 60 },
    );
  }, 60_000);
});
