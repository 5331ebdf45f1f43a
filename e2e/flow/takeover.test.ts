import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { spreadOf, spreadText } from '../support/spread.ts';
import { BusyChats, faultsOf } from './fleet/busy-chats.ts';
import { Fleet, type Member } from './fleet/fleet.ts';
import { makeFleetWorkflows, type Effect, type FleetWorkflows } from './fleet/fleet-workflows.ts';

const ORCHESTRATORS = 3;
const CHATS = 12;
/** How many takeovers are measured at least; more with TAKEOVERS=n. */
const KILLS = Number(process.env['TAKEOVERS'] ?? 20);
const HANGS = Math.ceil(KILLS / 2);
/** DESIGN P3. */
const TAKEOVER_MS = 10_000;
const LONG_MS = 300_000;

/** Three orchestrators, a dozen busy chats; one process after the other is killed or stopped in mid-run. */
describe('takeover', () => {
  let system: System;
  let fleet: Fleet;
  let workflows: FleetWorkflows;
  let person: Person;
  let busy: BusyChats;
  /** Every process that ran: its pid by its name on the log. */
  const pids = new Map<string, number>();

  beforeAll(async () => {
    workflows = await makeFleetWorkflows();
    system = await startSystem({
      instances: { orchestrator: ORCHESTRATORS },
      env: { WORKFLOWS_DIR: workflows.dir, DEMO_TOKENS_PER_SECOND: '12' },
    });
    fleet = await Fleet.of(system);
    person = await Person.arrive(system.url);
    busy = new BusyChats(fleet, person);
    for (let at = 0; at < CHATS; at++) {
      await busy.begin('workshop', [
        '[[say:50]]',
        '[[tool:note_retry {"ms": 3000}]]',
        '[[say:40]]',
        '[[tool:note_ask]]',
      ]);
    }
  });

  afterAll(async () => {
    await fleet.close();
    await system.stop();
    await workflows.remove();
  });

  /** The orchestrator that runs most chats, when all are there. */
  async function busiest(): Promise<Member> {
    return waitFor(
      async () => {
        const members = await fleet.ready(ORCHESTRATORS);
        for (const { worker, pid } of members) pids.set(worker, pid);
        const most = members
          .filter(({ worker }) => busy.of(worker).every(({ chatId }) => !strained(chatId)))
          .sort((a, b) => busy.of(b.worker).length - busy.of(a.worker).length)[0];
        return most !== undefined && busy.of(most.worker).length > 0 ? most : undefined;
      },
      { what: 'an orchestrator with a run', withinMs: 60_000 },
    );
  }

  /** What was claimed often in a row must get further first, else this test would look like a run that is poison. */
  function strained(chatId: string): boolean {
    const claim = fleet.all(chatId, 'run_claimed').at(-1);
    const further = [...fleet.all(chatId, 'text'), ...fleet.all(chatId, 'tool_response')];
    return claim !== undefined && claim.attempt > 2 && !further.some(({ seq }) => seq > claim.seq);
  }

  /** Sends the signal to the busiest and says after how many ms each of its runs went on elsewhere. */
  async function hit(signal: 'SIGKILL' | 'SIGSTOP'): Promise<{ victim: Member; times: number[] }> {
    const victim = await busiest();
    const owned = busy
      .of(victim.worker)
      .map(({ chatId }) => ({ chatId, seq: fleet.seen(chatId).at(-1)?.event.seq ?? 0 }));
    fleet.signal(victim, signal);
    const hitAt = performance.now();
    const times = await Promise.all(owned.map(({ chatId, seq }) => takenOver(chatId, seq, hitAt)));
    return { victim, times: times.flatMap((time) => (time === 'over' ? [] : [time])) };
  }

  /** `over`: the run had just ended. */
  function takenOver(chatId: string, seq: number, hitAt: number): Promise<number | 'over'> {
    return waitFor(
      () => {
        const next = fleet
          .seen(chatId)
          .find(({ event }) => event.seq > seq && /^run_(claimed|completed)$|^input_request$/.test(event.type));
        if (next === undefined) return undefined;
        return next.event.type === 'run_claimed' ? next.at - hitAt : 'over';
      },
      { what: `somebody who takes ${chatId} over`, withinMs: 60_000 },
    );
  }

  function report(what: string, times: readonly number[]): number {
    const spread = spreadOf(times);
    process.stdout.write(`takeover after ${what}: ${spreadText(spread)}\n`);
    return spread.p95;
  }

  it(
    'P3: kill -9: p95 within 10 s',
    async () => {
      const times: number[] = [];
      while (times.length < KILLS) times.push(...(await hit('SIGKILL')).times);
      expect(report('kill -9', times)).toBeLessThanOrEqual(TAKEOVER_MS);
    },
    LONG_MS,
  );

  it(
    'P3: a process that hangs: p95 within 10 s; when it wakes it does no harm',
    async () => {
      const times: number[] = [];
      while (times.length < HANGS) {
        const { victim, times: some } = await hit('SIGSTOP');
        times.push(...some);
        fleet.signal(victim, 'SIGCONT');
      }
      expect(report('a hang', times)).toBeLessThanOrEqual(TAKEOVER_MS);
    },
    LONG_MS,
  );

  it('P2: after all of that every run is complete, nothing is doubled, and no effect was made by who was not its owner', async () => {
    await busy.stop();
    for (const { worker, pid } of await fleet.members()) pids.set(worker, pid);
    const faults = (await Promise.all(busy.chats.map((chat) => faultsOf(fleet, chat)))).flat();
    expect(faults).toEqual([]);
    const effects = await workflows.effects();
    expect(new Set(effects.map(({ callId, attempt }) => `${callId} ${String(attempt)}`)).size).toBe(effects.length);
    expect(effects.filter((effect) => !madeByOwner(effect))).toEqual([]);
    expect(await fleet.messaging.parked.list()).toEqual([]);
  });

  it('P3: a call that its process dies in is run again with the same key, told to the model, or asked about', async () => {
    const calls = await Promise.all((['note_retry', 'note_fail', 'note_ask'] as const).map(callOf));
    const owners = new Set(calls.map(({ chatId }) => fleet.ownerOf(chatId)));
    for (const member of await fleet.members()) if (owners.has(member.worker)) fleet.signal(member, 'SIGKILL');
    for (const { tool, chatId, callId } of calls) {
      if (tool === 'note_ask') {
        const { requestId } = await fleet.event(chatId, 'input_request');
        expect(await attemptsOf(callId)).toEqual([1]);
        await person.call('POST', `/v1/chats/${chatId}/inputs/${requestId}`, { value: false });
      }
      await fleet.event(chatId, 'run_completed');
      expect(await attemptsOf(callId)).toEqual(tool === 'note_retry' ? [1, 2] : [1]);
      const answer =
        tool === 'note_retry' ? { ok: true, result: { noted: callId } } : { ok: false, error: { code: 'interrupted' } };
      expect(fleet.all(chatId, 'tool_response')).toMatchObject([answer]);
    }
  });

  /** A call of the tool that has taken effect and goes on for a while. */
  async function callOf<T extends string>(tool: T): Promise<{ tool: T; chatId: string; callId: string }> {
    const { chatId } = await person.start('workshop', `[[tool:${tool} {"ms": 5000}]]`);
    await fleet.watch(chatId);
    const { callId } = await fleet.event(chatId, 'tool_started');
    await waitFor(async () => ((await attemptsOf(callId)).length > 0 ? true : undefined), { what: 'an effect' });
    return { tool, chatId, callId };
  }

  async function attemptsOf(callId: string): Promise<number[]> {
    return (await workflows.effects()).filter((effect) => effect.callId === callId).map(({ attempt }) => attempt);
  }

  /** The process that made an effect had the run when it was announced on the log. */
  function madeByOwner({ callId, attempt, pid }: Effect): boolean {
    for (const { chatId } of busy.chats) {
      const events = fleet.seen(chatId).map(({ event }) => event);
      const at = events.findIndex(
        (event) => event.type === 'tool_started' && event.callId === callId && event.attempt === attempt,
      );
      if (at < 0) continue;
      const owner = events.slice(0, at).findLast(({ type }) => type === 'run_started' || type === 'run_claimed');
      return owner !== undefined && 'worker' in owner && pids.get(owner.worker) === pid;
    }
    return false;
  }
});
