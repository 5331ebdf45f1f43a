import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Person } from '../support/bare-client.ts';
import { startSystem, type System } from '../support/start-system.ts';
import { waitFor } from '../support/wait-for.ts';
import { spreadOf, spreadText } from '../support/spread.ts';
import { Fleet, type Member } from './fleet/fleet.ts';
import { makeFleetWorkflows, type FleetWorkflows } from './fleet/fleet-workflows.ts';
import { ModelEar } from './fleet/model-ear.ts';

const ORCHESTRATORS = 3;
const RUNS = 16;
/** A drain lets a step end for 60 % of it, then cuts it off. */
const DRAIN_MS = 3000;
const LONG_ANSWER = '[[say:2000]]';
const LONG_CALL = '[[tool:hold {"ms": 50000}]]';

/** Orchestrators that are replaced one after the other, as a deploy does, while runs go on. */
describe('deploys', () => {
  let system: System;
  let fleet: Fleet;
  let person: Person;
  let workflows: FleetWorkflows;
  let ear: ModelEar;

  beforeAll(async () => {
    workflows = await makeFleetWorkflows();
    ear = await ModelEar.start();
    system = await startSystem({
      instances: { orchestrator: ORCHESTRATORS },
      env: {
        WORKFLOWS_DIR: workflows.dir,
        DEMO_TOKENS_PER_SECOND: '15',
        DRAIN_MS: String(DRAIN_MS),
        OPENAI_BASE_URL: ear.baseUrl,
        OPENAI_MODEL: 'demo',
      },
    });
    ear.listenTo(system.launched.urls.get('demo-model')?.[0] ?? '');
    fleet = await Fleet.of(system);
    person = await Person.arrive(system.url);
  });

  afterAll(async () => {
    await fleet.close();
    await system.stop();
    await ear.stop();
    await workflows.remove();
  });

  /** A run in the middle of a long step. */
  async function begin(message: string): Promise<string> {
    const { chatId } = await person.start('workshop', message);
    await fleet.watch(chatId);
    await fleet.event(chatId, message === LONG_ANSWER ? 'message_started' : 'tool_started');
    return chatId;
  }

  async function stop(chats: readonly string[]): Promise<void> {
    for (const chatId of chats) {
      await person.call('POST', `/v1/chats/${chatId}/cancel`);
      await fleet.event(chatId, 'run_cancelled');
    }
  }

  /** SIGTERM, and the process that takes its place is ready. */
  async function replace(member: Member): Promise<void> {
    const others = ({ pid }: Member): boolean => pid !== member.pid;
    fleet.signal(member, 'SIGTERM');
    await waitFor(async () => ((await fleet.members()).filter(others).length === ORCHESTRATORS ? true : undefined), {
      what: 'the next orchestrator',
      withinMs: 40_000,
      everyMs: 100,
    });
  }

  async function ownerOf(chatId: string): Promise<Member> {
    return waitFor(async () => (await fleet.members()).find(({ worker }) => worker === fleet.ownerOf(chatId)), {
      what: `an owner of ${chatId}`,
    });
  }

  /** For each time that a run was given back: after how many ms the next one had claimed it. */
  function handovers(chatId: string): number[] {
    const seen = fleet.seen(chatId);
    return seen.flatMap(({ event, at }, index) => {
      if (event.type !== 'run_released') return [];
      const claim = seen.slice(index).find((next) => next.event.type === 'run_claimed');
      return [claim === undefined ? Number.POSITIVE_INFINITY : claim.at - at];
    });
  }

  it('P8: a drain hands many runs over, each within a second, in the middle of answers and of tool calls', async () => {
    const chats: string[] = [];
    for (let at = 0; at < RUNS; at++) chats.push(await begin(at % 2 === 0 ? LONG_ANSWER : LONG_CALL));
    const first = await ownerOf(chats[0] ?? '');
    const given = chats.filter((chatId) => fleet.ownerOf(chatId) === first.worker);
    await replace(first);
    for (const chatId of given) await fleet.event(chatId, 'run_claimed');
    const drained = spreadOf(given.flatMap(handovers));
    process.stdout.write(`handover at a drain: ${spreadText(drained)}\n`);
    expect(given.length).toBeGreaterThan(1);
    expect(drained.max).toBeLessThan(1000);
    for (const chatId of given) {
      const [aborted] = fleet.all(chatId, 'message_aborted');
      if (aborted !== undefined)
        expect(aborted).toMatchObject({ reason: 'handed_over', text: expect.stringMatching(/^w1 w2/) });
    }
    await stop(chats);
  });

  it('P3: ten deploys in a row neither end a run that makes no other event, nor the call that it is in', async () => {
    const chats = [await begin(LONG_ANSWER), await begin(LONG_CALL)];
    const least = (): string =>
      [...chats].sort((a, b) => fleet.all(a, 'run_released').length - fleet.all(b, 'run_released').length)[0] ?? '';
    while (fleet.all(least(), 'run_released').length < 10) {
      const chatId = least();
      // Its owner, and somebody to take the run over.
      await fleet.ready(2);
      const owner = await ownerOf(chatId);
      fleet.signal(owner, 'SIGTERM');
      const given = fleet.all(chatId, 'run_claimed').length;
      await fleet.event(chatId, 'run_claimed', { count: given + 1 });
    }
    for (const chatId of chats) {
      // The other one may have been given back just now.
      await fleet.event(chatId, 'run_claimed', { count: fleet.all(chatId, 'run_released').length });
      const attempts = fleet.all(chatId, 'run_claimed').map(({ attempt }) => attempt);
      expect(attempts.length).toBeGreaterThanOrEqual(10);
      expect(new Set(attempts)).toEqual(new Set([1]));
      expect([...fleet.all(chatId, 'run_failed'), ...fleet.all(chatId, 'tool_response')]).toEqual([]);
    }
    const deployed = spreadOf(chats.flatMap(handovers));
    process.stdout.write(`handover in ten deploys: ${spreadText(deployed)}\n`);
    expect(deployed.p50).toBeLessThan(1000);
    expect(await fleet.messaging.parked.list()).toEqual([]);
    await stop(chats);
  });

  it('P3: a run keeps the workflow that it began with; what is begun after the change has the new one', async () => {
    const old = await begin(LONG_CALL);
    await workflows.change({ prompt: 'You are the NEW smith.', agent: 'mason', holdMs: 10 });
    await Promise.all((await fleet.ready(ORCHESTRATORS)).map(replace));
    await fleet.event(old, 'run_completed');
    const after = await person.start('workshop', '[[say:3]] afterwards');
    await fleet.watch(after.chatId);
    await fleet.event(after.chatId, 'run_completed');

    const hashOf = (chatId: string): string | undefined => fleet.all(chatId, 'run_started')[0]?.workflowHash;
    expect(hashOf(after.chatId)).not.toBe(hashOf(old));
    expect(fleet.all(old, 'text').map(({ agent }) => agent)).toEqual(['smith']);
    expect(fleet.all(after.chatId, 'text').map(({ agent }) => agent)).toEqual(['mason']);
    // The answer after the restart was asked for in the old words.
    const asked = ear.promptsAbout('"noted"');
    expect(asked.length).toBeGreaterThan(0);
    expect(new Set(asked)).toEqual(new Set(['You are the smith.']));
    expect(new Set(ear.promptsAbout('afterwards'))).toEqual(new Set(['You are the NEW smith.']));
    expect(fleet.all(old, 'tool_response')).toMatchObject([{ ok: true }]);
  });

  it('P3: a tool that was uninstalled in mid-run is an answer that the model can read, and the run ends', async () => {
    const chatId = await begin(LONG_CALL.replace('hold', 'note_retry'));
    await workflows.change({ prompt: 'You have no tools.', agent: 'mason', tools: false });
    await Promise.all((await fleet.ready(ORCHESTRATORS)).map(replace));
    await fleet.event(chatId, 'run_completed');
    expect(fleet.all(chatId, 'tool_response')).toMatchObject([
      {
        ok: false,
        error: { code: 'unknown_tool', message: expect.stringContaining('"note_retry" is not installed any more') },
      },
    ]);
    expect(fleet.all(chatId, 'text')[0]?.text).toContain('not installed any more');
  });
});
