import { describe, expect, it } from '@jest/globals';
import { TIMER_USER } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import type { CommandBody, World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(2, () => time.now()), ...options });
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

/** Milliseconds from the 202 of a command until its event is on the log. */
async function recorded(world: World, chatId: string, body: CommandBody): Promise<number> {
  const commandId = await world.time.run(world.send(chatId, body));
  const accepted = world.time.monotonic();
  await world.time.runUntil(() => world.state(chatId).commandIds.has(commandId), { deadlineMs: 30_000 });
  return world.time.monotonic() - accepted;
}

/** Every place of every orchestrator is taken by a model that does not stop talking. */
async function busyWorld(): Promise<{ world: World; running: string; waiting: string; queued: string }> {
  const world = worldOf({
    script: scriptWith({
      model: ({ messages }) =>
        messages.some(({ content }) => content === 'talk') ? { text: 'bla '.repeat(3000) } : undefined,
    }),
  });
  await Promise.all(['a', 'b'].map((name) => world.start(name, { maxRuns: 1 })));
  const waiting = await world.time.run(world.create({ text: 'use refund' }));
  await world.until(waiting, 'input_request');
  const [running] = await world.time.run(Promise.all([world.create({ text: 'talk' }), world.create({ text: 'talk' })]));
  await world.time.runUntil(() => world.processes.every(({ active }) => active === 1));
  const queued = await world.time.run(world.create({ text: 'talk' }));
  await world.time.advance(3000);
  return { world, running, waiting, queued };
}

describe('commands', () => {
  it('P5: a stop keeps what was shown', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await world.time.advance(450);
    expect(await recorded(world, chatId, { kind: 'cancel' })).toBeLessThan(100);
    expect(world.all(chatId, 'message_aborted')).toMatchObject([
      { reason: 'cancelled', text: expect.stringMatching(/^one two three four/) },
    ]);
    await atRest(world);
    expect(world.types(chatId).at(-1)).toBe('run_cancelled');
  });

  it('P7: a stop counts the call that it cuts off once, with its prompt and all that was written', async () => {
    for (const kind of ['cancel', 'delete'] as const) {
      const world = worldOf({ script: scriptWith({ model: () => ({ text: LONG, hangs: 'until_aborted' }) }) });
      await world.start('a');
      const chatId = await world.time.run(world.create());
      await world.until(chatId, 'message_started');
      await world.time.advance(5000);
      await recorded(world, chatId, { kind });
      await atRest(world);
      expect(world.all(chatId, 'usage')).toMatchObject([
        { estimated: true, promptTokens: 10, completionTokens: LONG.length, totals: { modelCalls: 1 } },
      ]);
    }
  });

  it('P7: a stop before the first word counts the prompt of a call that was sent', async () => {
    const world = worldOf({ script: scriptWith({ model: () => ({ hangs: 'deaf' }) }) });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'speaker_selected');
    await world.time.advance(1000);
    await recorded(world, chatId, { kind: 'cancel' });
    expect(world.types(chatId).slice(-2)).toEqual(['usage', 'run_cancelled']);
    expect(world.all(chatId, 'usage')).toMatchObject([{ estimated: true, promptTokens: 10, completionTokens: 0 }]);
  });

  it('P7: a stop of a run whose owner hangs counts what was shown, and the owner nothing more', async () => {
    const world = worldOf();
    const owner = await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.start('b');
    await world.until(chatId, 'message_started');
    await world.time.advance(450);
    owner.freeze();
    await recorded(world, chatId, { kind: 'cancel' });
    owner.thaw();
    await atRest(world);
    const [aborted] = world.all(chatId, 'message_aborted');
    expect(world.all(chatId, 'usage')).toMatchObject([
      { estimated: true, promptTokens: 0, completionTokens: aborted?.text.length },
    ]);
  });

  it('P7: a stop while tools run counts no call again', async () => {
    const world = worldOf({ script: scriptWith({ tool: () => ({ ms: 60_000 }) }) });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use look_up' }));
    await world.until(chatId, 'tool_started');
    const calls = world.all(chatId, 'usage').length;
    await recorded(world, chatId, { kind: 'cancel' });
    expect(world.types(chatId).at(-1)).toBe('run_cancelled');
    expect(world.all(chatId, 'usage')).toHaveLength(calls);
  });

  it('P5: with every orchestrator full, a stop, an answer and a new message are recorded within a second', async () => {
    const { world, running, waiting, queued } = await busyWorld();
    const requestId = world.all(waiting, 'input_request')[0]?.requestId ?? '';
    const message = { kind: 'message', messageId: 'message-0000000001', text: 'And?' } as const;
    expect(await recorded(world, waiting, { kind: 'input', requestId, value: true })).toBeLessThan(1000);
    expect(await recorded(world, queued, message)).toBeLessThan(1000);
    expect(await recorded(world, waiting, { ...message, messageId: 'message-0000000002' })).toBeLessThan(1000);
    expect(await recorded(world, queued, { kind: 'cancel' })).toBeLessThan(1000);
    expect(await recorded(world, running, { kind: 'cancel' })).toBeLessThan(1000);
    await world.until(waiting, 'run_completed', { deadlineMs: 20_000 });
    expect(world.violations).toEqual([]);
  });

  it('P5: a stop does not wait for an owner that hangs, which then does nothing more', async () => {
    const world = worldOf();
    const owner = await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use charge' }));
    await world.start('b');
    await world.until(chatId, 'message_started');
    owner.freeze();
    await world.time.advance(1100);
    expect(await recorded(world, chatId, { kind: 'cancel' })).toBeLessThan(1000);
    await world.time.advance(20_000);
    owner.thaw();
    await atRest(world);
    expect(world.types(chatId).at(-1)).toBe('run_cancelled');
    expect(world.ledger).toEqual([]);
  });

  it('P2: a command that is delivered twice is recorded once', async () => {
    let lost = 0;
    const world = worldOf({
      broker: {
        // The first ack of each command is lost, so it comes again to whoever asks.
        fault: ({ kind, subject }) =>
          kind === 'ack' && subject.startsWith('command.') && lost++ < 1 ? 'lose' : 'none',
      },
    });
    await Promise.all(['a', 'b'].map((name) => world.start(name)));
    const chatId = await world.time.run(world.create());
    await world.time.run(world.say(chatId, 'Again'));
    await atRest(world);
    expect(lost).toBeGreaterThan(1);
    expect(world.all(chatId, 'user_message')).toHaveLength(2);
    expect(world.all(chatId, 'run_completed').length).toBeGreaterThan(0);
  });

  it('P2: a ticket that comes while a run is being closed is not taken for one of that run', async () => {
    let slow = false;
    const world = worldOf({
      broker: {
        fault: ({ kind, connection, subject }) => {
          if (!slow || kind !== 'ack' || connection !== 'a' || !subject.startsWith('run.')) return 'none';
          slow = false;
          return 'lose_answer';
        },
      },
      script: scriptWith({
        model: ({ messages }) => (messages.at(-1)?.content === 'talk' ? { text: 'bla '.repeat(300) } : undefined),
      }),
    });
    await world.start('b', { maxRuns: 1 });
    const other = await world.time.run(world.create({ text: 'talk' }));
    await world.until(other, 'message_started');
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    slow = true;
    await world.until(chatId, 'run_completed');
    await world.time.advance(5);
    await world.time.run(world.say(chatId, 'And?'));
    await world.until(chatId, 'run_completed', { count: 2, deadlineMs: 10_000 });
    await world.time.advance(30_000);
    await atRest(world);
  });

  it('refuses what is not allowed, in the log', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await world.time.run(world.send(chatId, { kind: 'cancel' }));
    await world.time.run(world.send(chatId, { kind: 'pin', pinned: true }, { user: 'user-eve' }));
    await atRest(world);
    expect(world.all(chatId, 'command_rejected').map(({ code }) => code)).toEqual(['nothing_to_cancel', 'not_owner']);
  });

  it('renames, pins, deletes and restores without a ticket', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await atRest(world);
    const tickets: string[] = [];
    for (const body of [
      { kind: 'rename', title: 'Mine' },
      { kind: 'pin', pinned: true },
      { kind: 'delete' },
      { kind: 'message', messageId: 'message-0000000001', text: 'Too late' },
      { kind: 'restore' },
    ] as const) {
      await recorded(world, chatId, body);
      tickets.push(...world.queued().filter((subject) => subject.startsWith('run.')));
    }
    expect(tickets).toEqual([]);
    expect(world.types(chatId).slice(-5)).toEqual([
      ...['chat_renamed', 'chat_pinned', 'chat_deleted', 'command_rejected', 'chat_restored'],
    ]);
    await atRest(world);
  });

  it('a deletion stops the run', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await recorded(world, chatId, { kind: 'delete' });
    await atRest(world);
    expect(world.types(chatId).slice(-4)).toEqual(['message_aborted', 'usage', 'run_cancelled', 'chat_deleted']);
  });

  it('P6: a question expires by its timer once, however often and late that fires', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use refund' }));
    await world.until(chatId, 'input_request');
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    const expiry = { kind: 'expiry', requestId } as const;
    const timer = { user: TIMER_USER, commandId: `${requestId}-expiry` };
    await world.time.run(world.send(chatId, expiry, timer));
    await world.until(chatId, 'run_completed');
    // Ten minutes later the broker no longer knows that it had the command.
    await world.time.advance(11 * 60_000);
    await world.time.run(world.send(chatId, expiry, timer));
    await atRest(world);
    expect(world.all(chatId, 'input_response')).toMatchObject([{ by: 'expiry', value: false }]);
    expect(world.ledger).toEqual([]);
  });

  it('P2: waits while the store is down that has the events which have left the log', async () => {
    let down = true;
    const world = worldOf({
      broker: { maxAgeDays: 1 },
      store: {
        fault: ({ method }) => {
          if (down && method === 'events') throw new Error('the store is down');
        },
      },
    });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await world.persist();
    const before = world.events(chatId).length;
    await world.time.advance(25 * 60 * 60_000);
    expect(world.broker.messages('CHATS')).toEqual([]);
    await world.time.run(world.say(chatId, 'Still there?'));
    await world.time.advance(5000);
    expect(world.broker.messages('CHATS')).toEqual([]);
    down = false;
    await world.until(chatId, 'run_completed', { count: 2 });
    expect(world.events(chatId)[before]).toMatchObject({ type: 'user_message', seq: before + 1 });
    await atRest(world);
  }, 30_000);

  it('never begins a history over: a hole between store and log is waited for', async () => {
    const world = worldOf({ broker: { maxAgeDays: 1 } });
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await world.time.advance(20 * 60 * 60_000);
    await world.time.run(world.say(chatId, 'More'));
    await world.until(chatId, 'run_completed', { count: 2 });
    await world.time.advance(5 * 60 * 60_000);
    const last = world.events(chatId).at(-1)?.seq ?? 0;
    await world.time.run(world.say(chatId, 'And more'));
    await world.time.advance(10_000);
    expect(world.events(chatId).at(-1)?.seq).toBe(last);
    expect(world.queued()).toEqual([`command.${chatId}`]);
    expect(world.warnings.at(-1)).toMatch(/neither on the log nor in the store/);
  }, 30_000);
});
