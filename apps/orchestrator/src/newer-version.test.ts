import { describe, expect, it } from '@jest/globals';
import { ENGINE_VERSION, WIRE_VERSION, type NewEvent } from '@colloquy/contracts';
import { EMPTY_LOG } from '@colloquy/messaging';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld } from './fixtures/desk-world.ts';

describe('a run of a newer version (a deploy, step by step)', () => {
  it.each([
    [0, 'is taken over'],
    [1, 'is left to those who know its rules, and its ticket stays'],
  ])('that is %i ahead %s', async (ahead) => {
    const time = new VirtualClock();
    const world = deskWorld({ time, ids: seededIds(3, () => time.now()) });
    const [chatId, runId, commandId] = [world.ids.uuid(), world.ids.uuid(), world.ids.uuid()];
    const newer = world.broker.connect('newer');
    const engineVersion = ENGINE_VERSION + ahead;
    const begin: NewEvent[] = [
      { type: 'chat_created', commandId, ownerId: 'ada', workflow: 'assistant', variables: {} },
      { type: 'user_message', commandId, messageId: commandId, text: 'Hello', by: 'ada' },
      {
        type: 'run_started',
        runId,
        workflow: 'assistant',
        workflowHash: 'h',
        engineVersion,
        trigger: 2,
        worker: 'newer',
        variables: {},
      },
    ];
    await world.time.run(newer.log.open(chatId, EMPTY_LOG).append({ events: begin }));
    await world.time.run(newer.tickets.publish({ v: WIRE_VERSION, chatId }, `run-${commandId}`));
    await world.start('a');
    await world.time.advance(20_000);
    expect(world.types(chatId).includes('run_claimed')).toBe(ahead === 0);
    expect(world.queued().length).toBe(ahead);
  });
});
