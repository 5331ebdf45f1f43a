/** Replies that a guardrail has to pass: through orchestrators, the log and a takeover. */
import { describe, expect, it } from '@jest/globals';
import type { Guardrail } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskWorld, LONG, scriptWith } from './fixtures/desk-world.ts';
import { assistant } from './fixtures/teams.ts';
import type { World } from './fixtures/world.ts';

const output = { name: 'numbers', on: 'output' as const, action: 'mask' as const };
const regex: Guardrail = { ...output, check: { kind: 'regex', pattern: 'three' }, message: '***' };
const byModel: Guardrail = {
  ...output,
  check: { kind: 'model', model: 'small', instruction: 'Numbers' },
  message: '***',
};

function worldWith(guardrail: Guardrail): World {
  const time = new VirtualClock();
  return deskWorld({
    time,
    ids: seededIds(5, () => time.now()),
    workflows: [assistant({ name: 'support-desk', guardrails: [guardrail] })],
    script: scriptWith({
      model: ({ purpose }) =>
        purpose === 'guardrail'
          ? { calls: [{ tool: 'verdict', arguments: { tripped: true, reason: 'x' } }] }
          : undefined,
    }),
  });
}

/** Everything on the log that somebody outside of the services can see. */
function shown(world: World, chatId: string): string {
  const commits = world.log(chatId).map(({ commit }) => ({
    deltas: commit.deltas,
    events: commit.events.map((event) => ({ ...event, reply: null, replacement: null, detail: null })),
  }));
  return JSON.stringify(commits);
}

async function ended(world: World, chatId: string): Promise<void> {
  await world.until(chatId, 'run_completed');
  await world.time.advance(20_000);
  expect(world.violations).toEqual([]);
  expect(world.queued()).toEqual([]);
}

describe('a reply of an agent with guardrails', () => {
  it('is not streamed: nobody sees what the guardrail takes out', async () => {
    const world = worldWith(regex);
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await ended(world, chatId);
    expect(world.all(chatId, 'text').map(({ text }) => text)).toEqual([LONG.replace('three', '***')]);
    expect(shown(world, chatId)).not.toContain('three');
    expect(world.log(chatId).flatMap(({ commit }) => commit.deltas ?? [])).toEqual([]);
  });

  it('waits on the log for the verdict of a model, and is asked of no model twice when the owner is killed', async () => {
    const world = worldWith(byModel);
    await world.start('a');
    const chatId = await world.time.run(world.create());
    await world.until(chatId, 'reply_held');
    await world.start('b');
    world.processes[0]?.kill();
    await ended(world, chatId);
    expect(world.all(chatId, 'run_claimed')).toHaveLength(1);
    expect(world.all(chatId, 'reply_held')).toHaveLength(1);
    expect(world.all(chatId, 'text').map(({ text }) => text)).toEqual(['***']);
    expect(shown(world, chatId)).not.toContain('three');
    const purposes = world.all(chatId, 'usage').map(({ purpose }) => purpose);
    expect(purposes).toEqual(['reply', 'guardrail']);
  });
});
