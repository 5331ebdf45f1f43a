/** The order in which AG2 chooses the next speaker, as far as it is in scope. */
import { describe, expect, it } from '@jest/globals';
import { agent, handsTo, ScriptedChat, team, tool, type Answer } from './test-driver.ts';
import type { ModelRequest } from './types.ts';

/** Each agent gives its answers one after another, then only text. */
function byAgent(answers: Record<string, Answer[]>): (request: ModelRequest) => Answer {
  const left = new Map(Object.entries(answers).map(([name, list]) => [name, [...list]]));
  return (request) => left.get(request.agent)?.shift() ?? { text: `${request.agent} speaks` };
}

const transfer = (to: string, reason?: string) => ({
  tool: `transfer_to_${to}`,
  ...(reason === undefined ? {} : { arguments: { reason } }),
});

describe('the first speaker of a run', () => {
  it('is always the initial agent, also when another one spoke last in the chat', () => {
    const workflow = team([agent('a', { handoffs: [handsTo('b')] }), agent('b')]);
    const chat = ScriptedChat.begun(workflow, { model: byAgent({ a: [{ calls: [transfer('b')] }] }) }).run();
    chat.say('more');
    chat.run();
    expect(chat.speakers).toEqual(['a', 'b', 'a']);
    expect(chat.all('speaker_selected').map(({ by }) => by)).toEqual(['pattern', 'handoff', 'pattern']);
  });

  it('is nobody when the workflow does not have it: the run says so', () => {
    const pattern = { kind: 'default' as const, initialAgent: 'ghost', afterWork: { kind: 'terminate' as const } };
    expect(ScriptedChat.begun(team([agent('a')], { pattern })).run().reason).toBe('no_next_speaker');
  });
});

describe('a handoff by the model', () => {
  const workflow = team(
    [agent('a', { handoffs: [handsTo('b'), handsTo('c')], tools: ['look'] }), agent('b'), agent('c')],
    {
      tools: [tool('look')],
    },
  );

  it('is no tool call, keeps its reason, and gives the turn to its target', () => {
    const chat = ScriptedChat.begun(workflow, {
      model: byAgent({ a: [{ calls: [transfer('b', ' It is about money ')] }] }),
    }).run();
    expect(chat.all('tool_call')).toEqual([]);
    expect(chat.all('handoff')).toMatchObject([{ from: 'a', to: 'b', by: 'model', reason: 'It is about money' }]);
    expect(chat.speakers).toEqual(['a', 'b']);
  });

  it('of several in one reply the first counts', () => {
    const chat = ScriptedChat.begun(workflow, {
      model: byAgent({ a: [{ calls: [transfer('c'), transfer('b')] }] }),
    }).run();
    expect(chat.all('handoff').map(({ to }) => to)).toEqual(['c']);
    expect(chat.speakers).toEqual(['a', 'c']);
  });

  it('waits for the other tools of the same reply', () => {
    const chat = ScriptedChat.begun(workflow, {
      model: byAgent({ a: [{ text: 'I look, then b', calls: [transfer('b'), { tool: 'look' }] }] }),
    }).run();
    const types = chat.types();
    expect(types.indexOf('handoff')).toBeLessThan(types.indexOf('tool_response'));
    expect(types.lastIndexOf('speaker_selected')).toBeGreaterThan(types.indexOf('tool_response'));
    expect(chat.speakers).toEqual(['a', 'b']);
    expect(chat.requests).toHaveLength(2);
  });

  it('to somebody whom the agent may not hand over to is an unknown tool', () => {
    const strict = team([agent('a'), agent('b')]);
    const chat = ScriptedChat.begun(strict, { model: byAgent({ a: [{ calls: [transfer('b')] }] }) }).run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'unknown_tool' } }]);
    expect(chat.speakers).toEqual(['a']);
  });

  it('can end the run or give the turn back to the person', () => {
    const targets = { terminate: 'handoff_terminate', revert_to_user: 'no_next_speaker' } as const;
    for (const kind of ['terminate', 'revert_to_user'] as const) {
      const name = kind === 'terminate' ? 'terminate' : 'user';
      const one = team([
        agent('a', { handoffs: [{ target: { kind }, description: 'at the end' }], afterWork: { kind: 'stay' } }),
      ]);
      const chat = ScriptedChat.begun(one, { model: byAgent({ a: [{ calls: [transfer(name)] }] }) }).run();
      expect(chat.requests[0]?.tools.map((offered) => offered.name)).toEqual([`transfer_to_${name}`]);
      expect(chat.reason).toBe(targets[kind]);
    }
  });

  it('lets the next message of the person begin a run of the same workflow after revert_to_user', () => {
    const one = team([agent('a', { afterWork: { kind: 'revert_to_user' } })]);
    const chat = ScriptedChat.begun(one).run();
    chat.say('go on');
    chat.run();
    expect(chat.all('run_completed').map(({ reason }) => reason.code)).toEqual(['no_next_speaker', 'no_next_speaker']);
  });
});

describe('after a tool`s result', () => {
  it('the same agent speaks again, before any after-work', () => {
    const workflow = team([agent('a', { tools: ['look'], afterWork: { kind: 'agent', agent: 'b' } }), agent('b')], {
      tools: [tool('look')],
    });
    const chat = ScriptedChat.begun(workflow, { model: byAgent({ a: [{ calls: [{ tool: 'look' }] }] }) }).run();
    expect(chat.requests.map((request) => request.agent)).toEqual(['a', 'a', 'b']);
    expect(chat.all('handoff')).toMatchObject([{ from: 'a', to: 'b', by: 'after_work' }]);
  });

  it('the target that a tool names comes first; of several the last in call order wins', () => {
    const workflow = team([agent('a', { tools: ['go'] }), agent('b'), agent('c')], { tools: [tool('go')] });
    const chat = ScriptedChat.begun(workflow, {
      model: byAgent({ a: [{ calls: ['b', 'c'].map((to) => ({ tool: 'go', arguments: { to } })) }] }),
      tool: (run) => {
        const to = (run.arguments as { to: string }).to;
        return { ok: true, result: 'gone', ms: 1, set: { last: to, [to]: true }, target: { kind: 'agent', agent: to } };
      },
    }).run();
    expect(chat.all('context_updated')).toMatchObject([{ set: { last: 'c', b: true, c: true } }]);
    expect(chat.all('handoff')).toMatchObject([{ from: 'a', to: 'c', by: 'tool' }]);
    expect(chat.speakers).toEqual(['a', 'c']);
  });

  const steering = (target: { kind: 'terminate' | 'revert_to_user' | 'stay' } | { kind: 'agent'; agent: string }) => {
    const workflow = team([agent('a', { tools: ['go'], handoffs: [handsTo('b')] }), agent('b')], {
      tools: [tool('go')],
    });
    return ScriptedChat.begun(workflow, {
      model: byAgent({ a: [{ calls: [{ tool: 'go' }, transfer('b')] }] }),
      tool: () => ({ ok: true, result: null, ms: 1, target }),
    }).run();
  };

  it('a tool can finish the run, give the turn to the person, or keep it against the model', () => {
    expect(steering({ kind: 'terminate' }).reason).toBe('tool_finished');
    expect(steering({ kind: 'revert_to_user' }).reason).toBe('no_next_speaker');
    expect(steering({ kind: 'stay' }).speakers).toEqual(['a', 'a']);
    expect(steering({ kind: 'agent', agent: 'ghost' }).speakers).toEqual(['a', 'b']);
  });
});

describe('after-work', () => {
  it('of the agent comes before that of the group', () => {
    const pattern = { kind: 'default' as const, initialAgent: 'a', afterWork: { kind: 'agent' as const, agent: 'c' } };
    const workflow = team(
      [
        agent('a'),
        agent('b', { afterWork: { kind: 'terminate' } }),
        agent('c', { afterWork: { kind: 'agent', agent: 'b' } }),
      ],
      {
        pattern,
      },
    );
    const chat = ScriptedChat.begun(workflow).run();
    expect(chat.speakers).toEqual(['a', 'c', 'b']);
    expect(chat.reason).toBe('handoff_terminate');
  });

  it('stay gives the same agent another turn', () => {
    const workflow = team([agent('a', { afterWork: { kind: 'stay' } })], { limits: { maxTurns: 3, maxToolCalls: 1 } });
    const chat = ScriptedChat.begun(workflow).run();
    expect([chat.speakers, chat.reason]).toEqual([['a', 'a', 'a'], 'max_turns']);
  });

  it('to an agent that is not there ends the run', () => {
    const workflow = team([agent('a', { afterWork: { kind: 'agent', agent: 'ghost' } })]);
    const chat = ScriptedChat.begun(workflow).run();
    expect([chat.reason, chat.all('handoff')]).toEqual(['no_next_speaker', []]);
  });
});

describe('round_robin', () => {
  const pattern = { kind: 'round_robin' as const, initialAgent: 'b', maxRounds: 2 };

  it('begins with the initial agent, goes on as listed, and ends after its rounds', () => {
    const chat = ScriptedChat.begun(team([agent('a'), agent('b'), agent('c')], { pattern })).run();
    expect(chat.speakers).toEqual(['b', 'a', 'c', 'b', 'a', 'c']);
    expect(chat.reason).toBe('max_rounds');
    expect(new Set(chat.all('speaker_selected').map(({ by }) => by))).toEqual(new Set(['pattern']));
  });

  it('gives way to an agent`s own after-work', () => {
    const workflow = team([agent('a', { afterWork: { kind: 'terminate' } }), agent('b')], { pattern });
    const chat = ScriptedChat.begun(workflow).run();
    expect([chat.speakers, chat.reason]).toEqual([['b', 'a'], 'handoff_terminate']);
  });
});
