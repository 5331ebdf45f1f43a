/** Every target, by every way that leads to it; re-expresses AG2's group/targets/*. */
import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, ChatEvent, Json, Target, WorkflowDefinition } from '@colloquy/contracts';
import { evolve } from './evolve.ts';
import { next } from './next.ts';
import { agent, ScriptedChat, team, tool, type Script } from './test-driver.ts';

const WAYS = ['model', 'context', 'after_work', 'tool'] as const;
type Way = (typeof WAYS)[number];

function startOf(way: Way, target: Target): Partial<AgentDefinition> {
  switch (way) {
    case 'model':
      return { handoffs: [{ target, description: 'x' }], afterWork: { kind: 'terminate' } };
    case 'context':
      return { contextHandoffs: [{ when: 'not moved', target }], afterWork: { kind: 'terminate' } };
    case 'after_work':
      return { afterWorks: [{ when: 'not moved', target }], afterWork: { kind: 'terminate' } };
    case 'tool':
      return { tools: ['steer'], afterWork: { kind: 'terminate' } };
  }
}

/** A chat in which the agent "a" goes to a target in one of the ways, and whoever comes then ends it. */
function play(
  way: Way,
  target: Target,
  { script = {}, ...more }: Partial<WorkflowDefinition> & { script?: Script } = {},
) {
  const workflow = team([agent('a', startOf(way, target)), agent('b'), agent('c')], {
    tools: [tool('steer'), tool('route')],
    limits: { maxTurns: 5, maxToolCalls: 5 },
    ...more,
  });
  let steered = false;
  return ScriptedChat.begun(workflow, {
    model: ({ agent: name, purpose, tools }) => {
      if (purpose === 'select_speaker') return { calls: [{ tool: 'select_speaker', arguments: { name: 'c' } }] };
      if (steered || name !== 'a' || (way !== 'model' && way !== 'tool')) return { text: `${name} speaks` };
      steered = true;
      return { calls: [{ tool: way === 'tool' ? 'steer' : (tools[0]?.name ?? '') }] };
    },
    tool: (run) => ({
      ok: true,
      result: 'done',
      ms: 1,
      ...(run.tool.name === 'steer' ? { target } : { target: { kind: 'agent', agent: 'b' } }),
    }),
    person: () => 'b',
    ...script,
  }).run();
}

const handoffs = (chat: ScriptedChat) => chat.all('handoff').map(({ to, by }) => [to, by]);
const lastSelected = (chat: ScriptedChat): ChatEvent | undefined => chat.all('speaker_selected').at(-1);

describe.each(WAYS)('a target reached by %s', (way) => {
  it('agent: it has the turn', () => {
    const chat = play(way, { kind: 'agent', agent: 'b' });
    expect([chat.speakers, handoffs(chat)]).toEqual([['a', 'b'], [['b', way]]]);
    expect(lastSelected(chat)).toMatchObject({ by: way === 'after_work' ? 'after_work' : 'handoff' });
  });

  it('terminate: the run ends', () => {
    const chat = play(way, { kind: 'terminate' });
    expect([chat.speakers, chat.reason]).toEqual([['a'], way === 'tool' ? 'tool_finished' : 'handoff_terminate']);
  });

  it('revert_to_user: the run ends with the person`s turn', () => {
    const chat = play(way, { kind: 'revert_to_user' });
    expect([chat.speakers, chat.all('run_completed')[0]?.reason]).toEqual([
      ['a'],
      { code: 'no_next_speaker', text: 'It is the turn of the person.' },
    ]);
  });

  it('stay: the same agent speaks (on)', () => {
    const chat = play(way, { kind: 'stay' }, { limits: { maxTurns: 2, maxToolCalls: 5 } });
    expect(new Set(chat.speakers)).toEqual(new Set(['a']));
    expect(chat.requests.every((request) => request.agent === 'a')).toBe(true);
    expect(chat.requests.length).toBe({ model: 2, context: 1, after_work: 2, tool: 2 }[way]);
  });

  it('[M] ask_user: the person chooses, out of everybody but the one that spoke', () => {
    const chat = play(way, { kind: 'ask_user' });
    expect(chat.all('input_request')).toMatchObject([
      { kind: 'choice', purpose: 'select_speaker', agent: 'a', schema: { enum: ['b', 'c'] } },
    ]);
    expect(lastSelected(chat)).toMatchObject({ agent: 'b', by: 'human', candidates: ['b', 'c'] });
    expect(handoffs(chat)).toEqual([['ask_user', way]]);
  });

  it('ask_user with candidates: the person chooses out of these', () => {
    const chat = play(way, { kind: 'ask_user', candidates: ['a', 'b', 'ghost'] });
    expect(chat.all('input_request')[0]?.schema).toEqual({ enum: ['a', 'b'] });
  });

  it('[M] group_manager: a model chooses, told what the target says', () => {
    const chat = play(
      way,
      { kind: 'group_manager', instruction: 'Prefer {whom}.' },
      { variables: { whom: 'the calm one' } },
    );
    const choice = chat.requests.find(({ purpose }) => purpose === 'select_speaker');
    expect(choice?.messages[0]?.content).toContain('Prefer the calm one.');
    expect(lastSelected(chat)).toMatchObject({ agent: 'c', by: 'model', candidates: ['b', 'c'] });
    expect(handoffs(chat)).toEqual([['group_manager', way]]);
  });

  it('group_manager with one candidate: it is chosen without asking', () => {
    const chat = play(way, { kind: 'group_manager', candidates: ['b'] });
    expect(chat.requests.every(({ purpose }) => purpose === 'reply')).toBe(true);
    expect(lastSelected(chat)).toMatchObject({ agent: 'b', by: way === 'after_work' ? 'after_work' : 'handoff' });
  });

  it('[M] random: one of the others, the same whenever it is worked out', () => {
    const chat = play(way, { kind: 'random' });
    expect(['b', 'c']).toContain(chat.speakers[1]);
    expect(lastSelected(chat)).toMatchObject({ candidates: ['b', 'c'] });
    expect(play(way, { kind: 'random' }).speakers).toEqual(chat.speakers);
    expect(play(way, { kind: 'random', candidates: ['c'] }).speakers).toEqual(['a', 'c']);
  });

  it('choosing without candidates: the run ends, and says so', () => {
    for (const kind of ['ask_user', 'group_manager', 'random'] as const) {
      const chat = play(way, { kind, candidates: ['ghost'] });
      expect([chat.speakers, chat.reason]).toEqual([['a'], 'no_next_speaker']);
    }
  });

  it('choosing keeps to who is eligible', () => {
    const pattern = {
      kind: 'default' as const,
      initialAgent: 'a',
      afterWork: { kind: 'terminate' as const },
      eligible: { b: 'false' },
    };
    expect(play(way, { kind: 'random' }, { pattern }).speakers).toEqual(['a', 'c']);
  });

  it('[M] function: a tool of the workflow decides, called by the engine, once', () => {
    const calls: Json[] = [];
    const chat = play(
      way,
      { kind: 'function', tool: 'route' },
      {
        script: {
          tool: ({ tool: { name }, arguments: args }) => {
            if (name === 'steer') return { ok: true, result: null, ms: 1, target: { kind: 'function', tool: 'route' } };
            calls.push(args);
            return { ok: true, result: null, ms: 1, set: { moved: true }, target: { kind: 'agent', agent: 'c' } };
          },
        },
      },
    );
    expect(calls).toHaveLength(1);
    expect(calls[0]).toMatchObject({ from: 'a' });
    expect(chat.speakers).toEqual(['a', 'c']);
    expect(handoffs(chat)).toEqual([
      ['route', way],
      ['c', way],
    ]);
    expect(chat.all('context_updated')).toMatchObject([{ set: { moved: true } }]);
  });

  it('N1: any of them goes on alike after a crash at any place', () => {
    const targets: Target[] = [
      { kind: 'ask_user' },
      { kind: 'group_manager' },
      { kind: 'random' },
      { kind: 'function', tool: 'route' },
      { kind: 'stay' },
      { kind: 'revert_to_user' },
    ];
    for (const target of targets) {
      const chat = play(way, target);
      for (let commits = 2; commits < chat.commits.length; commits++) {
        const other = chat.upTo(commits);
        const { step } = other;
        other.takeOver();
        if (step.kind === 'call_model' || step.kind === 'decide') expect(other.step).toEqual(step);
      }
    }
  });
});

describe('a group`s after-work', () => {
  const grouped = (afterWork: Target) =>
    play(
      'model',
      { kind: 'stay' },
      {
        agents: [
          agent('a'),
          agent('b', { afterWork: { kind: 'terminate' } }),
          agent('c', { afterWork: { kind: 'terminate' } }),
        ],
        pattern: { kind: 'default', initialAgent: 'a', afterWork },
      },
    );

  it('can be any target too, without a handoff of the agent', () => {
    expect(lastSelected(grouped({ kind: 'ask_user' }))).toMatchObject({ agent: 'b', by: 'human' });
    expect(lastSelected(grouped({ kind: 'group_manager' }))).toMatchObject({ agent: 'c', by: 'model' });
    expect(grouped({ kind: 'function', tool: 'route' }).speakers).toEqual(['a', 'b']);
    expect(['b', 'c']).toContain(grouped({ kind: 'random' }).speakers[1]);
    expect(grouped({ kind: 'revert_to_user' }).reason).toBe('no_next_speaker');
    expect(handoffs(grouped({ kind: 'group_manager' }))).toEqual([]);
  });
});

it('a target of a kind that only a later version knows ends the run, and says so', () => {
  const chat = ScriptedChat.begun(team([agent('a'), agent('b')]));
  while (chat.state.run?.speaker === undefined) chat.perform(chat.step);
  const { runId } = chat.state.run;
  const towards = { kind: 'vote' } as unknown as Target;
  const event = { type: 'handoff' as const, runId, from: 'a', to: 'vote', by: 'model' as const, towards };
  const state = evolve(chat.state, { ...event, seq: chat.state.lastSeq + 1, at: '2026-01-01T00:00:01.000Z' });
  expect(next(state, chat.workflow)).toMatchObject({
    kind: 'decide',
    events: [{ type: 'run_completed', reason: { code: 'no_next_speaker' } }],
  });
});
