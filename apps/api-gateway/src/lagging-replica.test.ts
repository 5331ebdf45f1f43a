import { beforeEach, describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { BrokerUnavailableError, type ChatLog } from '@colloquy/messaging';
import { problemOf, World } from './fixtures/api-world.ts';

let world: World;
beforeEach(() => {
  world = World.over(new VirtualClock(), seededIds, 30);
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

describe('while the log has no leader', () => {
  /** Replicas answer; what only a leader can say fails. */
  const elect = (): void => {
    const { log } = world.messaging;
    const read = log.read.bind(log);
    const leaderless: Pick<ChatLog, 'read' | 'epoch'> = {
      epoch: () => Promise.reject(new BrokerUnavailableError('no leader')),
      async *read(chatId, { complete, ...options }) {
        yield* read(chatId, options);
        if (complete === true) throw new BrokerUnavailableError('no leader');
      },
    };
    Object.assign(log, leaderless);
  };
  const list = (chatId: string, after = 0) =>
    world.call<{ events: { seq: number }[] }>('listEvents', { params: { chatId }, query: { after, limit: 10 } });

  it('R4: the events of a stored chat are read from the store and a replica, in one piece', async () => {
    const { chatId } = await world.create();
    await world.persist(chatId);
    await world.append(chatId, [{ type: 'chat_pinned', pinned: true }]);
    await world.clock.advance(100);
    elect();
    expect((await list(chatId)).events.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect((await list(chatId, 2)).events.map(({ seq }) => seq)).toEqual([3]);
    expect((await list(chatId, 3)).events).toEqual([]);
  });

  it('R1: of a chat that the store has not, nothing is given for the whole of it', async () => {
    const { chatId } = await world.create();
    elect();
    expect(await problemOf(list(chatId))).toMatchObject({ status: 503 });
  });
});
