import { beforeEach, describe, expect, it } from '@jest/globals';
import type { NewEvent } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { problemOf, World } from './fixtures/api-world.ts';
import type { GatewayParts } from './ports.ts';
import { asProblem } from './problems.ts';
import { readBeginning } from './read-beginning.ts';

const EVENTS = 182;
let world: World;
let chatId: string;
/** How many events the store was asked for, of each call. */
let asked: number[];
let parts: GatewayParts;

beforeEach(async () => {
  world = World.over(new VirtualClock(), seededIds);
  ({ chatId } = await world.create());
  for (let batch = 0; batch < 6; batch++) {
    const said = Array.from({ length: 30 }, (_, index): NewEvent => {
      const id = `message-0000000-${String(batch * 30 + index)}`;
      return { type: 'user_message', messageId: id, commandId: id, text: 'x'.repeat(1000) };
    });
    await world.append(chatId, said);
  }
  asked = [];
  const { store } = world.parts;
  const events: typeof store.events = (of, page) => {
    asked.push(page.limit);
    return store.events(of, page);
  };
  parts = { ...world.parts, store: Object.assign(Object.create(store) as typeof store, { events }) };
});

const read = (upTo: number, maxBytes = 1024 * 1024) =>
  world.clock.run(
    readBeginning(parts, chatId, { upTo, maxBytes }).catch((error: unknown) => {
      throw asProblem(error);
    }),
  );

/** How much of the chat persistence has: so many commits; the rest is on the log only. */
const PLACES: readonly [string, number][] = [
  ['the log', 0],
  ['both', 3],
  ['the store', Infinity],
];

describe('the beginning of a chat', () => {
  it.each(PLACES)('R2: is whole and in order, from %s', async (_, count) => {
    if (count > 0) await world.persist(chatId, count);
    for (const upTo of [1, 49, 50, 51, 62, 100, 150, EVENTS]) {
      expect((await read(upTo)).map(({ seq }) => seq)).toEqual(Array.from({ length: upTo }, (__, index) => index + 1));
    }
    expect(await read(EVENTS + 100)).toHaveLength(EVENTS);
  });

  it.each(PLACES)('B1: is refused as soon as it is too large, from %s', async (_, count) => {
    if (count > 0) await world.persist(chatId, count);
    expect(await problemOf(read(EVENTS, 20_000))).toMatchObject({ status: 413, code: 'chat_too_large' });
    expect(asked).toEqual([50]);
    expect(await read(10, 20_000)).toHaveLength(10);
  });

  it('B2: is given up in time, and what is read after that is thrown away', async () => {
    await world.persist(chatId);
    world.storeFrozen = true;
    const began = world.clock.monotonic();
    expect(await problemOf(read(EVENTS))).toMatchObject({ status: 503, code: 'store_unavailable' });
    expect(world.clock.monotonic() - began).toBe(15_000);
  });
});
