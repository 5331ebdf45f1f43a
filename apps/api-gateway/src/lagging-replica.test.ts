import { beforeEach, describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { World } from './fixtures/api-world.ts';

let world: World;
beforeEach(() => {
  const clock = new VirtualClock();
  world = new World(
    clock,
    seededIds(1, () => clock.now()),
    30,
  );
});

describe('in a cluster whose replicas lag', () => {
  it('R1, O2: a chat can be read and written to right after its 202, also with the database down', async () => {
    const { chatId } = await world.create();
    world.storeDown = true;
    const of = { params: { chatId } };
    expect(await world.call('getChat', of)).toMatchObject({ chatId, lastSeq: 2 });
    await world.call('sendMessage', { ...of, body: { text: 'more' } });
    expect(world.commands()).toHaveLength(1);
  });

  it('R1: events that were stored just now are in the page', async () => {
    const { chatId } = await world.create();
    await world.append(chatId, [{ type: 'chat_pinned', pinned: true }]);
    const { events } = await world.call<{ events: unknown[] }>('listEvents', {
      params: { chatId },
      query: { after: 0, limit: 10 },
    });
    expect(events).toHaveLength(3);
  });

  it('P2: the retry of a create is the same chat at once, not somebody else’s', async () => {
    const first = await world.create({ key: 'k' });
    expect(await world.create({ key: 'k' })).toEqual(first);
  });
});
