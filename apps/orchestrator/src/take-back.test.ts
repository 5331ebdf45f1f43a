import { describe, expect, it } from '@jest/globals';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import { lastSaid } from './fixtures/script.ts';
import { assistant } from './fixtures/teams.ts';
import type { World, WorldOptions } from './fixtures/world.ts';

function worldOf(options: Partial<WorldOptions> = {}): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(1, () => time.now()), ...options });
}

async function atRest(world: World): Promise<void> {
  await world.time.advance(15_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

/** Says back what it heard last. */
const echo = scriptWith({ model: (request) => ({ text: `You said: ${lastSaid(request)}` }) });

describe('another answer', () => {
  it('of a chat at rest is given by a run of its own, from the same place', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await atRest(world);
    await world.time.run(world.send(chatId, { kind: 'regenerate' }));
    await world.until(chatId, 'run_completed', { count: 2 });
    expect(world.types(chatId).slice(9)).toEqual([
      ...['rewound', 'run_started', 'speaker_selected', 'message_started', 'text', 'usage', 'run_completed'],
    ]);
    expect(world.all(chatId, 'run_started').map(({ trigger }) => trigger)).toEqual([2, 2]);
    await atRest(world);
  });

  it('P5: stops the one that is being given, by whoever runs it, and is given by the same', async () => {
    const world = worldOf();
    await world.start('a');
    await world.start('b');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'message_started');
    await world.time.advance(300);
    await world.time.run(world.send(chatId, { kind: 'regenerate' }));
    await world.until(chatId, 'run_completed', { count: 1 });
    const types = world.types(chatId);
    const at = types.indexOf('message_aborted');
    expect(types.slice(at, at + 4)).toEqual(['message_aborted', 'usage', 'run_cancelled', 'rewound']);
    const [aborted] = world.all(chatId, 'message_aborted');
    expect(LONG.startsWith(aborted?.text ?? 'nothing')).toBe(true);
    expect(world.all(chatId, 'text')).toHaveLength(1);
    await atRest(world);
  });

  it('P2: asked for twice with one command is given once', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    const commandId = world.ids.uuid();
    for (let times = 0; times < 2; times++) {
      await world.time.run(world.send(chatId, { kind: 'regenerate' }, { commandId }));
      await world.time.advance(20_000);
    }
    expect(world.all(chatId, 'rewound')).toHaveLength(1);
    expect(world.all(chatId, 'run_completed')).toHaveLength(2);
    await atRest(world);
  });

  it('P3: whose process dies is given by the next one', async () => {
    const world = worldOf();
    const a = await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'run_completed');
    await world.time.run(world.send(chatId, { kind: 'regenerate' }));
    await world.until(chatId, 'rewound', { count: 1 });
    await world.time.advance(200);
    a.kill();
    await world.start('b');
    await world.until(chatId, 'run_completed', { count: 2 });
    expect(world.all(chatId, 'text')).toHaveLength(2);
    await atRest(world);
  });
});

describe('an edit', () => {
  it('is answered as if it had been said at first', async () => {
    const world = worldOf({ script: echo });
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'Helo' }));
    await world.until(chatId, 'run_completed');
    const messageId = world.all(chatId, 'user_message')[0]?.messageId ?? '';
    await world.time.run(world.send(chatId, { kind: 'edit', messageId, text: 'Hello' }));
    await world.until(chatId, 'run_completed', { count: 2 });
    expect(world.all(chatId, 'text').map(({ text }) => text)).toEqual(['You said: Helo', 'You said: Hello']);
    await atRest(world);
  });

  it('of a chat that waits for a person takes the question back', async () => {
    const world = worldOf();
    await world.start('a');
    const chatId = await world.time.run(world.create({ text: 'use refund' }));
    await world.until(chatId, 'input_request');
    const messageId = world.all(chatId, 'user_message')[0]?.messageId ?? '';
    await world.time.run(world.send(chatId, { kind: 'edit', messageId, text: 'Thanks, never mind' }));
    await world.until(chatId, 'run_completed', { count: 1 });
    expect(world.ledger).toEqual([]);
    expect(world.all(chatId, 'tool_response')).toMatchObject([{ ok: false, error: { code: 'cancelled' } }]);
    const requestId = world.all(chatId, 'input_request')[0]?.requestId ?? '';
    await world.time.run(world.send(chatId, { kind: 'input', requestId, value: true }));
    await atRest(world);
    expect(world.all(chatId, 'command_rejected')).toMatchObject([{ code: 'request_not_pending' }]);
  });
});

describe('a message that steers', () => {
  it('is heard by the run that goes on, before it ends', async () => {
    const world = worldOf({ script: echo, workflows: [{ ...assistant(), onNewInput: 'steer' }] });
    await world.start('a');
    const chatId = await world.time.run(world.create({ workflow: 'assistant', text: 'First' }));
    await world.until(chatId, 'message_started');
    await world.time.run(world.send(chatId, { kind: 'message', messageId: world.ids.uuid(), text: 'Second' }));
    await world.until(chatId, 'run_completed', { count: 1 });
    expect(world.all(chatId, 'text').map(({ text }) => text)).toEqual(['You said: First', 'You said: Second']);
    expect(world.all(chatId, 'run_started')).toHaveLength(1);
    await atRest(world);
  });
});
