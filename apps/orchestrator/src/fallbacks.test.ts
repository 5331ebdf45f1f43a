/** Model calls of branches that have failed for good: what comes instead follows from the branch, not from the whole team. */
import { describe, expect, it } from '@jest/globals';
import { workflowDefinitionSchema, type WorkflowDefinition } from '@colloquy/contracts';
import { seededIds, VirtualClock } from '@colloquy/testing';
import { deskScript, deskWorld, LONG } from './fixtures/desk-world.ts';
import type { Script } from './fixtures/script.ts';
import { researchTeam } from './fixtures/teams.ts';
import type { World } from './fixtures/world.ts';

const failure = { code: 'rate_limited', message: 'The model is busy.', retryable: false };

/** Models of this name are down. */
const without = (...down: readonly string[]): Script => ({
  ...deskScript,
  model: (request, call) =>
    down.includes(request.model) ? { text: LONG, fails: { after: 0, failure } } : deskScript.model(request, call),
});

function worldOf(workflow: WorkflowDefinition, script: Script): World {
  const time = new VirtualClock();
  return deskWorld({ time, ids: seededIds(8, () => time.now()), script, workflows: [workflow] });
}

async function ran(world: World): Promise<string> {
  await world.start('a');
  const chatId = await world.time.run(world.create({ workflow: 'research-team', text: 'hand it over' }));
  await world.time.advance(30_000);
  expect(world.violations).toEqual([]);
  expect(world.all(chatId, 'run_failed')).toEqual([]);
  return chatId;
}

const branchOf = (world: World, chatId: string, runId: string | undefined) =>
  world.all(chatId, 'run_started').find((run) => run.runId === runId)?.branch;

describe('a model call of a branch that has failed for good', () => {
  it('is asked of the next model of its agent, in that branch, and of none twice', async () => {
    const { agents, ...rest } = researchTeam();
    const models = { model: 'default', fallbacks: ['scripted', 'small', 'default'] };
    const workflow = workflowDefinitionSchema.parse({
      ...rest,
      agents: agents.map((agent) => (agent.name === 'east' ? { ...agent, ...models } : { ...agent, model: 'fine' })),
    });
    const world = worldOf(workflow, without('default', 'scripted'));
    const chatId = await ran(world);
    const changed = world.all(chatId, 'model_changed');
    expect(changed).toMatchObject([{ agent: 'east', from: 'default', to: 'small' }]);
    expect(branchOf(world, chatId, changed[0]?.runId)).toBe('east');
    expect(world.all(chatId, 'run_completed')).toHaveLength(4);
  });

  it('that was to choose who speaks: the next one in the list of the branch does', async () => {
    const { children = [], ...rest } = researchTeam();
    const pattern = { kind: 'auto' as const, initialAgent: 'east', model: 'leader', maxRounds: 1 };
    const [research] = children;
    const [branch] = research?.branches ?? [];
    const workflow = workflowDefinitionSchema.parse({
      ...rest,
      children: [{ ...research, branches: [{ ...branch, agents: ['south', 'east'], pattern }] }],
    });
    const world = worldOf(workflow, without('leader'));
    const chatId = await ran(world);
    const inBranch = world.all(chatId, 'speaker_selected').filter(({ runId }) => branchOf(world, chatId, runId));
    expect(inBranch.map(({ agent }) => agent)).toEqual(['east', 'south']);
    expect(inBranch[1]).toMatchObject({ by: 'pattern', candidates: ['east', 'south'] });
  });
});
