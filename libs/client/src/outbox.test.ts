import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import fc from 'fast-check';
import { ApiError } from './api-error.ts';
import { createApi } from './api.ts';
import { CHAT, OutboxWorld, shownAs, SPENT, type Fate } from './fixtures/outbox-world.ts';
import type { OutboxCommand } from './outbox-item.ts';
import { Outbox } from './outbox.ts';

/** A world of its own for one test. */
function newWorld(): OutboxWorld<VirtualClock> {
  const clock = new VirtualClock();
  return new OutboxWorld(
    clock,
    seededIds(3, () => clock.now()),
  );
}

describe('the outbox', () => {
  it('P2: tries again with the same key, more and more rarely, at most every 15 s', async () => {
    const world = newWorld();
    world.lasting = 'unreachable';
    const key = world.say('hello');
    await world.clock.advance(120_000);
    const waits = world.attempts.slice(1).map(({ at }, index) => at - (world.attempts[index]?.at ?? 0));
    expect(new Set(world.attempts.map((attempt) => attempt.key))).toEqual(new Set([key]));
    expect(waits[0]).toBeLessThanOrEqual(505);
    expect(Math.max(...waits)).toBeLessThanOrEqual(15_005);
    expect(Math.min(...waits.slice(-3))).toBeGreaterThan(11_000);
    expect(world.outbox.of(CHAT)[0]).toMatchObject({
      state: 'sending',
      attempts: world.attempts.length,
      failure: { status: 0, code: 'unreachable' },
    });
  });

  it('sends at once when the network is back', async () => {
    const world = newWorld();
    world.lasting = 'unreachable';
    world.say('hello');
    await world.clock.advance(60_000);
    const before = world.attempts.length;
    world.lasting = 'ok';
    world.outbox.wake();
    await world.clock.advance(5);
    expect(world.attempts).toHaveLength(before + 1);
    expect(world.states()).toEqual(['accepted']);
  });

  it('leaves the server alone for as long as it asks, but not for hours', async () => {
    const clock = new VirtualClock();
    const asked = [2_000, 86_400_000];
    const times: number[] = [];
    const api = createApi(() => {
      times.push(clock.monotonic());
      const retryAfterMs = asked.shift();
      if (retryAfterMs === undefined) return Promise.resolve('{"commandId":"command-0000-0001"}');
      return Promise.reject(new ApiError({ status: 429, code: 'rate_limited', detail: 'Slow down', retryAfterMs }));
    }, seededIds(1));
    const outbox = new Outbox({ api, clock, ids: seededIds(2), storage: undefined, onError: () => undefined });
    outbox.add(CHAT, { kind: 'message', text: 'x' });
    await clock.advance(100_000);
    expect(times).toEqual([0, 2_000, 62_000]);
  });

  it('leaves the server alone for as long as it asks even when the network comes back; a person’s retry goes', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const api = createApi(() => {
      times.push(clock.monotonic());
      const failure = { status: 429, code: 'rate_limited', detail: 'Slow down', retryAfterMs: 30_000 };
      return Promise.reject(new ApiError(failure));
    }, seededIds(1));
    const outbox = new Outbox({ api, clock, ids: seededIds(2), storage: undefined, onError: () => undefined });
    const { key } = outbox.add(CHAT, { kind: 'message', text: 'x' });
    await clock.advance(10_000);
    outbox.wake();
    await clock.advance(10_000);
    outbox.wake();
    await clock.advance(9_999);
    expect(times).toEqual([0]);
    await clock.advance(1);
    expect(times).toEqual([0, 30_000]);
    await clock.advance(1_000);
    outbox.retry(key);
    await clock.advance(0);
    expect(times).toEqual([0, 30_000, 31_000]);
  });

  it.each(['retry', 'discard'] as const)(
    'holds what follows a beginning that failed until a person decides: %s',
    async (decision) => {
      const world = newWorld();
      world.fates.push('refused');
      const { key } = world.outbox.add(CHAT, { kind: 'create', workflow: 'nonsense', text: 'Hello' });
      await world.clock.advance(10);
      world.say('after it');
      world.outbox.add(CHAT, { kind: 'cancel' });
      await world.clock.advance(60_000);
      expect(world.attempts).toHaveLength(1);
      expect(world.states()).toEqual(['failed', 'sending', 'sending']);
      world.outbox[decision](key);
      await world.clock.advance(100);
      expect(world.done).toHaveLength(decision === 'retry' ? 3 : 2);
    },
  );

  it('keeps the order of a chat, and lets no chat and no stop wait for another', async () => {
    const world = newWorld();
    world.fates.push('busy');
    world.say('one');
    world.say('two');
    world.outbox.add(CHAT, { kind: 'cancel' });
    world.outbox.add('chat-0000-0000-0002', { kind: 'message', text: 'elsewhere' });
    await world.clock.advance(10);
    expect(world.done).toEqual(['undefined', 'elsewhere']);
    await world.clock.advance(2_000);
    expect(world.done).toEqual(['undefined', 'elsewhere', 'one', 'two']);
  });

  it('shows what was refused for good, with the reason, and holds up nothing; retried or discarded', async () => {
    const world = newWorld();
    world.fates.push('refused', 'ok', 'refused');
    const bad = world.say('bad');
    world.say('good');
    const worse = world.say('worse');
    await world.clock.advance(60_000);
    expect(world.states()).toEqual(['failed', 'accepted', 'failed']);
    expect(world.outbox.of(CHAT)[0]?.failure).toEqual({ status: 400, code: 'invalid_request', detail: 'Never' });
    world.outbox.retry(bad);
    world.outbox.discard(worse);
    await world.clock.advance(10);
    expect(world.states()).toEqual(['accepted', 'accepted']);
    expect(world.done).toEqual(['good', 'bad']);
    expect(world.kept.size).toBe(0);
  });

  it('P7: what the budget of the day refuses is not sent again by itself: not the next day, nor by the next page', async () => {
    const world = newWorld();
    world.fates.push('spent');
    const key = world.say('dear');
    await world.clock.advance(10);
    const failed = { key, state: 'failed', failure: { status: 429, code: 'user_budget', detail: SPENT.detail } };
    expect(world.outbox.of(CHAT)).toMatchObject([failed]);
    world.outbox.wake();
    await world.clock.advance(2 * 86_400_000);
    world.reload();
    await world.clock.advance(86_400_000);
    expect(world.outbox.of(CHAT)).toMatchObject([failed]);
    expect(world.attempts).toHaveLength(1);
    world.outbox.retry(key);
    await world.clock.advance(2);
    world.reload();
    await world.clock.advance(30_000);
    expect(world.done).toEqual(['dear']);
    expect(world.kept.size).toBe(0);
  });

  it('P2: a closed page leaves what is on its way in the storage, and the next one sends it with the same key', async () => {
    const world = newWorld();
    world.lasting = 'lost';
    const keys = [world.say('one'), world.say('two')];
    await world.clock.advance(2);
    world.reload();
    world.lasting = 'ok';
    await world.clock.advance(30_000);
    expect(world.done).toEqual(['one', 'two']);
    expect([...new Set(world.attempts.map(({ key }) => key))]).toEqual(keys);
    expect(world.kept.size).toBe(0);
  });

  it('works without its storage when that throws or holds what is not ours', async () => {
    const world = newWorld();
    world.kept.set('colloquy.outbox', '["a","b",7]');
    world.kept.set('colloquy.outbox.a', '{"key":');
    world.reload();
    world.storage = {
      getItem: () => {
        throw new Error('switched off');
      },
      setItem: () => {
        throw new Error('full');
      },
      removeItem: () => {
        throw new Error('switched off');
      },
    };
    world.reload();
    world.say('hello');
    await world.clock.advance(10);
    expect(world.done).toEqual(['hello']);
  });

  it('an item leaves when the log shows its command, whichever of log and acceptance comes first', async () => {
    const world = newWorld();
    const first = world.say('first');
    await world.clock.advance(10);
    world.outbox.seen(CHAT, [shownAs(1, first, 'first')]);
    expect(world.states()).toEqual([]);
    const second = world.say('second');
    world.outbox.seen(CHAT, [shownAs(2, second, 'second')]);
    expect(world.states()).toEqual([]); // it seems to be there: not shown twice
    await world.clock.advance(10);
    expect(world.states()).toEqual([]);
    expect(world.kept.size).toBe(0);
  });

  it('P2: whatever becomes of attempts and pages, everything said, changed or asked again happens once and in order', async () => {
    const fate = fc.constantFrom<Fate>('ok', 'lost', 'unreachable', 'busy');
    const act = fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('message' as const, 'edit' as const, 'regenerate' as const) },
      { weight: 2, arbitrary: fc.constant('reload' as const) },
      { weight: 2, arbitrary: fc.constant('wake' as const) },
      { weight: 4, arbitrary: fc.nat({ max: 3_000 }) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(act, { maxLength: 40 }), fc.array(fate, { maxLength: 60 }), async (acts, fates) => {
        const world = newWorld();
        world.fates.push(...fates);
        let said = 0;
        for (const one of acts) {
          if (typeof one === 'number') await world.clock.advance(one);
          else if (one === 'reload') world.reload();
          else if (one === 'wake') world.outbox.wake();
          else world.outbox.add(CHAT, spoken(one, String((said += 1))));
        }
        world.fates.length = 0;
        await world.clock.advance(60_000);
        expect(world.done).toEqual(Array.from({ length: said }, (_, index) => String(index + 1)));
        expect(world.kept.size).toBe(0);
      }),
      { numRuns: 200 },
    );
  });
});

/** One of the commands that keep their order, told by its words. */
function spoken(kind: 'message' | 'edit' | 'regenerate', words: string): OutboxCommand {
  if (kind === 'message') return { kind, text: words };
  return kind === 'edit' ? { kind, messageId: 'message-0000-0001', text: words } : { kind, messageId: words };
}
