import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';

/** Every orchestrator has all the runs it may have: commands are recorded all the same. */
describe('a full fleet', () => {
  let system: System;
  let person: Person;

  beforeAll(async () => {
    system = await startSystem({ env: { MAX_RUNS: '1', DEMO_TOKENS_PER_SECOND: '20' } });
    person = await Person.arrive(system.url);
  });

  afterAll(async () => {
    await system.stop();
  });

  it('records a stop, an answer and a new message within a second of their 202', async () => {
    const screen = person.screen();
    const asking = await person.start('support-desk', 'I want a refund for order A-1001');
    await screen.watch(asking.chatId);
    const request = await screen.event(asking.chatId, 'input_request');

    const busy = await person.start('assistant', '[[say:2000]]');
    await screen.watch(busy.chatId);
    await waitFor(() => (screen.of(busy.chatId).deltas.length > 2 ? true : undefined), {
      what: 'a run that fills the fleet',
    });
    const queued = await person.start('assistant', 'I have to wait');
    await screen.watch(queued.chatId);

    const within = async (what: () => Promise<{ status: number }>, seen: () => Promise<unknown>): Promise<void> => {
      const { status } = await what();
      const acceptedAt = performance.now();
      expect(status).toBe(202);
      await seen();
      expect(performance.now() - acceptedAt).toBeLessThan(1000);
    };
    await within(
      () => person.call('POST', `/v1/chats/${asking.chatId}/inputs/${request.requestId}`, { value: true }),
      () => screen.event(asking.chatId, 'input_response'),
    );
    await within(
      () => person.call('POST', `/v1/chats/${queued.chatId}/messages`, { text: 'Still waiting' }),
      () => screen.event(queued.chatId, 'user_message', 2),
    );
    expect(screen.of(queued.chatId).events.some((event) => event.type === 'run_started')).toBe(false);
    await within(
      () => person.call('POST', `/v1/chats/${busy.chatId}/cancel`),
      () => screen.event(busy.chatId, 'run_cancelled'),
    );
    await screen.event(queued.chatId, 'run_completed');
    await screen.event(asking.chatId, 'run_completed');
    screen.close();
  });
});
