import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { BusyChats, faultsOf } from './fleet/busy-chats.ts';
import { Fleet } from './fleet/fleet.ts';
import { makeFleetWorkflows, type FleetWorkflows } from './fleet/fleet-workflows.ts';

const ORCHESTRATORS = 2;
const GOOD = 4;
/** More than the claims in a row that make a poison; with CRASHES=n so many. */
const KILLS = Number(process.env['CRASHES'] ?? 6);
/** Tool calls of the long run; a crash costs one or two of them. */
const CALLS = 4 * KILLS;
const LONG_MS = 300_000;

/** Runs that end processes, and runs whose processes end: only the first are stopped. */
describe('poison', () => {
  let system: System;
  let fleet: Fleet;
  let person: Person;
  let workflows: FleetWorkflows;

  beforeAll(async () => {
    workflows = await makeFleetWorkflows();
    system = await startSystem({
      instances: { orchestrator: ORCHESTRATORS },
      env: { WORKFLOWS_DIR: workflows.dir, DEMO_TOKENS_PER_SECOND: '100' },
    });
    fleet = await Fleet.of(system);
    person = await Person.arrive(system.url);
  });

  afterAll(async () => {
    await fleet.close();
    await system.stop();
    await workflows.remove();
  });

  it(
    'P3: a run whose tool kills every process that runs it fails and is parked, and takes no other run with it',
    async () => {
      const good = new BusyChats(fleet, person);
      for (let at = 0; at < GOOD; at++) await good.begin('workshop', ['[[say:900]]']);
      const { chatId } = await person.start('workshop', '[[tool:die]]');
      await fleet.watch(chatId);
      await fleet.event(chatId, 'run_failed', { withinMs: 120_000 });
      expect(fleet.all(chatId, 'run_failed')[0]?.error.code).toBe('too_many_attempts');
      expect(fleet.all(chatId, 'run_claimed').map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      const deaths = (await workflows.effects()).filter(({ tool }) => tool === 'die');
      expect(deaths.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
      expect(new Set(deaths.map(({ pid }) => pid)).size).toBe(5);
      const parked = await waitFor(async () => (await fleet.messaging.parked.list())[0], { what: 'the parked ticket' });
      expect(parked).toMatchObject({ consumer: 'runs', chatId, reason: expect.stringContaining('too often in a row') });

      // The person may go on in the same chat.
      await person.call('POST', `/v1/chats/${chatId}/messages`, { text: '[[say:3]]' });
      await fleet.event(chatId, 'run_completed', { withinMs: 40_000 });
      await good.stop();
      expect((await Promise.all(good.chats.map((chat) => faultsOf(fleet, chat)))).flat()).toEqual([]);
      expect(await fleet.messaging.parked.list()).toHaveLength(1);
    },
    LONG_MS,
  );

  it(
    'P3: a long run whose process is killed again and again, with progress between, completes',
    async () => {
      const calls = Array.from({ length: CALLS }, (_, n) => `[[tool:note_retry {"ms": 2500, "n": ${String(n)}}]]`);
      const { chatId } = await person.start('workshop', calls.join(' '));
      await fleet.watch(chatId);
      for (let kills = 1; kills <= KILLS; kills++) {
        const before = fleet.all(chatId, 'run_claimed').at(-1)?.seq ?? 0;
        await waitFor(() => fleet.all(chatId, 'tool_response', before)[0], { what: 'progress since the last claim' });
        const owner = await waitFor(
          async () => (await fleet.ready(ORCHESTRATORS)).find(({ worker }) => worker === fleet.ownerOf(chatId)),
          { what: 'the owner', withinMs: 40_000 },
        );
        fleet.signal(owner, 'SIGKILL');
        await fleet.event(chatId, 'run_claimed', { count: kills });
      }
      expect(fleet.all(chatId, 'run_claimed').map(({ attempt }) => attempt)).toEqual(Array(KILLS).fill(1));
      await fleet.event(chatId, 'run_completed', { withinMs: 120_000 });
      expect(fleet.all(chatId, 'tool_response')).toHaveLength(calls.length);
      expect(fleet.all(chatId, 'tool_response').every(({ ok }) => ok)).toBe(true);
    },
    LONG_MS,
  );
});
