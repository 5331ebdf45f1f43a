/** What the log refuses, and what several tabs make of one outbox. Promises: P2, P7. */
import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { CHAT, OutboxWorld, refusedAs, shownAs } from './fixtures/outbox-world.ts';

/** A world of its own for one test. */
function newWorld(): OutboxWorld<VirtualClock> {
  const clock = new VirtualClock();
  return new OutboxWorld(
    clock,
    seededIds(3, () => clock.now()),
  );
}

describe('the outbox', () => {
  it('P7: keeps the words that the log refuses, over a reload too; sent again they are another command', async () => {
    const world = newWorld();
    const first = world.say('first');
    const busy = world.say('while it works');
    await world.clock.advance(100);
    expect(world.kept.size).toBe(0);
    world.outbox.seen(CHAT, [shownAs(1, first, 'first'), refusedAs(2, busy)]);
    const failed = {
      state: 'failed',
      refusedAs: `command-${busy}`,
      failure: { status: 409, code: 'chat_busy', detail: 'This chat is busy.' },
    };
    expect(world.outbox.of(CHAT)).toMatchObject([{ key: busy, ...failed }]);
    world.reload();
    world.outbox.seen(CHAT, [refusedAs(2, busy)]);
    expect(world.outbox.of(CHAT)).toMatchObject([{ key: busy, ...failed, command: { text: 'while it works' } }]);
    world.outbox.retry(busy);
    const [again] = world.outbox.of(CHAT);
    expect(again).toMatchObject({ state: 'sending', command: { text: 'while it works' } });
    expect(again?.key).not.toBe(busy);
    await world.clock.advance(10);
    expect(world.done).toEqual(['first', 'while it works', 'while it works']);
    world.outbox.seen(CHAT, [shownAs(3, again?.key ?? '', 'while it works')]);
    expect(world.states()).toEqual([]);
    expect(world.kept.size).toBe(0);
  });

  it('P7: keeps a change that the log refuses, also when the log is faster than the acceptance; a stop is no words', async () => {
    const world = newWorld();
    const { key } = world.outbox.add(CHAT, { kind: 'edit', messageId: 'message-0000-0001', text: 'changed' });
    const { key: stop } = world.outbox.add(CHAT, { kind: 'cancel' });
    world.outbox.seen(CHAT, [refusedAs(1, key, 'message_not_found'), refusedAs(2, stop, 'nothing_to_cancel')]);
    await world.clock.advance(10);
    expect(world.outbox.of(CHAT)).toMatchObject([
      { key, state: 'failed', command: { kind: 'edit', text: 'changed' }, failure: { code: 'message_not_found' } },
    ]);
    world.outbox.discard(key);
    expect(world.states()).toEqual([]);
    expect(world.kept.size).toBe(0);
  });

  it('does not send what another tab has discarded, retried or got accepted, told of it or not', async () => {
    for (const told of [true, false]) {
      const world = newWorld();
      world.lasting = 'unreachable';
      const key = world.say('given up');
      await world.clock.advance(10);
      const other = world.tab();
      await world.clock.advance(10);
      const before = world.attempts.length;
      world.outbox.discard(key);
      if (told) {
        other.lookAgain();
        expect(other.of(CHAT)).toEqual([]);
      }
      world.lasting = 'ok';
      await world.clock.advance(60_000);
      expect(world.attempts).toHaveLength(before);
      expect(other.of(CHAT)).toEqual([]);
    }
  });

  it('shows what another tab has learned of a command that failed', async () => {
    const world = newWorld();
    world.lasting = 'refused';
    const key = world.say('bad');
    await world.clock.advance(10);
    const other = world.tab();
    other.retry(key);
    world.outbox.lookAgain();
    world.lasting = 'ok';
    await world.clock.advance(60_000);
    expect(new Set(world.attempts.map((attempt) => attempt.key))).toEqual(new Set([key]));
    world.lasting = 'refused';
    const lost = world.say('worse');
    await world.clock.advance(10);
    const third = world.tab();
    world.outbox.discard(lost);
    third.lookAgain();
    expect(third.of(CHAT)).toEqual([]);
  });
});
