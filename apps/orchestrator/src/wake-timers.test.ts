import { describe, expect, it } from '@jest/globals';
import { BrokerUnavailableError } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { hasteWorld, loseTimers, MINUTE, timersOn, waiting } from './fixtures/haste-world.ts';
import type { World } from './fixtures/world.ts';
import { wakeTimers } from './wake-timers.ts';

const LOG = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Three chats whose timers were lost and are overdue, and what the watchdog works with. */
async function overdue() {
  const time = new VirtualClock();
  let down = false;
  let asked = 0;
  const world: World = hasteWorld(
    { expiry: MINUTE },
    {
      time,
      ids: seededIds(7, () => time.now()),
      broker: {
        fault: ({ connection, kind }) => {
          if (connection !== 'watchdog' || kind !== 'read') return 'none';
          asked += 1;
          return down ? 'lose' : 'none';
        },
      },
    },
  );
  const owner = await world.start('a');
  for (let i = 0; i < 3; i += 1) await waiting(world);
  await loseTimers(world);
  await time.run(world.persist());
  owner.kill();
  await time.advance(120_000);
  const parts = { messaging: world.broker.connect('watchdog'), store: world.store, clock: time, log: LOG };
  return { world, time, parts, away: () => (down = true), asked: () => asked };
}

describe('a round of the watchdog through overdue timers', () => {
  it('T4: sets every one again', async () => {
    const { world, time, parts } = await overdue();
    await time.run(wakeTimers(parts, { signal: new AbortController().signal, after: undefined }));
    const asked = world.queued().filter((subject) => /^(timer|command)\./.test(subject));
    expect(asked).toHaveLength(3);
  });

  it('is left at the first chat when the broker is away: every other one would wait as long', async () => {
    const { time, parts, away, asked } = await overdue();
    away();
    const from = time.monotonic();
    const round = wakeTimers(parts, { signal: new AbortController().signal, after: undefined });
    await expect(time.run(round)).rejects.toBeInstanceOf(BrokerUnavailableError);
    expect(time.monotonic() - from).toBeLessThan(3000);
    expect(asked()).toBe(1);
  });

  it('is left when the process drains', async () => {
    const { world, time, parts, asked } = await overdue();
    const stop = new AbortController();
    stop.abort();
    await time.run(wakeTimers(parts, { signal: stop.signal, after: undefined }));
    expect(asked()).toBe(0);
    expect(timersOn(world)).toEqual([]);
  });

  it('goes on where the last one ended, and from the start after the last page', async () => {
    const { time, parts } = await overdue();
    const rows = Array.from({ length: 250 }, (_, i) => ({
      chatId: `chat-${String(i).padStart(16, '0')}`,
      dueAt: '2020-01-01T00:00:00.000Z',
    }));
    const looked: string[] = [];
    const store: typeof parts.store = {
      ...parts.store,
      overdue: ({ limit, after }) => {
        const begin = after === undefined ? 0 : rows.findIndex(({ chatId }) => chatId === after.chatId) + 1;
        return Promise.resolve(rows.slice(begin, begin + limit));
      },
      events: (chatId) => {
        looked.push(chatId);
        return Promise.resolve([]);
      },
    };
    const { signal } = new AbortController();
    const after = await time.run(wakeTimers({ ...parts, store }, { signal, after: undefined }));
    expect(after).toEqual(rows[199]);
    expect(await time.run(wakeTimers({ ...parts, store }, { signal, after }))).toBeUndefined();
    expect(looked).toEqual(rows.map(({ chatId }) => chatId));
  });
});
