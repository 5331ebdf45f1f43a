/** The exact order in which AG2 finds who speaks next; re-expresses test_determine_next_agent and its neighbours. */
import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, Pattern, Target } from '@colloquy/contracts';
import { agent, handsTo, ScriptedChat, team, tool, type Answer } from './test-driver.ts';

const to = (name: string): Target => ({ kind: 'agent', agent: name });

/** All that "a" could do next at once; what comes first wins. */
const everything: Partial<AgentDefinition> = {
  tools: ['look'],
  handoffs: [handsTo('by_model')],
  contextHandoffs: [{ when: 'flag', target: to('by_context') }],
  afterWorks: [{ when: 'listed', target: to('by_list') }],
  afterWork: to('by_agent'),
};
const others = ['by_model', 'by_context', 'by_list', 'by_agent', 'by_group', 'by_tool'];
const order = (of: {
  own?: Partial<AgentDefinition>;
  variables?: Record<string, boolean>;
  reply?: Answer;
  target?: Target;
  pattern?: Partial<Extract<Pattern, { kind: 'default' }>>;
}) => {
  const ends = others.map((name) => agent(name, { afterWork: { kind: 'terminate' } }));
  const workflow = team([agent('a', { ...everything, ...of.own }), ...ends], {
    tools: [tool('look')],
    pattern: { kind: 'default', initialAgent: 'a', afterWork: to('by_group'), ...of.pattern },
    ...(of.variables === undefined ? {} : { variables: of.variables }),
  });
  let asked = 0;
  const chat = ScriptedChat.begun(workflow, {
    model: (request) =>
      request.agent === 'a' && asked++ === 0 && of.reply ? of.reply : { text: `${request.agent} speaks` },
    tool: () => ({ ok: true, result: 'seen', ms: 1, ...(of.target === undefined ? {} : { target: of.target }) }),
  }).run();
  return chat.speakers.join(' ');
};
const looks = { tool: 'look' };
const hands = { tool: 'transfer_to_by_model' };

describe('who speaks next', () => {
  it('1: at the very first the initial agent, whatever the conditions of others say', () => {
    expect(order({ reply: { text: 'x' } }).startsWith('a')).toBe(true);
    expect(order({ pattern: { initialAgent: 'by_list' } })).toBe('by_list');
  });

  it('2: tools are answered before anybody speaks', () => {
    expect(order({ reply: { calls: [looks] } })).toBe('a by_agent');
  });

  it('3: what a tool wants comes before what the model wants in the same reply', () => {
    expect(order({ reply: { calls: [hands, looks] }, target: to('by_tool') })).toBe('a by_tool');
    expect(order({ reply: { calls: [looks, hands] }, target: to('by_tool') })).toBe('a by_tool');
  });

  it('3: a handoff by the model comes before the after-works', () => {
    expect(order({ reply: { calls: [hands] }, variables: { listed: true } })).toBe('a by_model');
    expect(order({ reply: { text: 'Bye', calls: [hands] }, variables: { listed: true } })).toBe('a by_model');
  });

  it('3: a handoff by condition comes before the agent speaks at all', () => {
    expect(order({ reply: { calls: [hands] }, variables: { flag: true, listed: true } })).toBe('a by_context');
  });

  it('4: after a tool`s result the agent that called it goes on', () => {
    expect(order({ reply: { text: 'I look', calls: [looks] }, variables: { listed: true } })).toBe('a by_list');
  });

  it('6: the after-works of the agent in order, then its last one', () => {
    expect(order({ variables: { listed: true } })).toBe('a by_list');
    expect(order({ variables: { listed: false } })).toBe('a by_agent');
    const afterWorks = [
      { when: 'false', target: to('by_tool') },
      { available: 'missing', target: to('by_tool') },
      { when: 'listed', available: 'not flag', target: to('by_list') },
      { target: to('by_context') },
    ];
    expect(order({ own: { afterWorks }, variables: { listed: true } })).toBe('a by_list');
    expect(order({ own: { afterWorks } })).toBe('a by_context');
  });

  it('6: a terminate in the agent`s list ends the run, and is not "no match"', () => {
    expect(order({ own: { afterWorks: [{ when: 'true', target: { kind: 'terminate' } }] } })).toBe('a');
  });

  it('7: the group decides when nothing of the agent does', () => {
    const chat = (pattern: Partial<Extract<Pattern, { kind: 'default' }>> = {}, variables = {}) => {
      const members = [
        agent('a', { afterWorks: [{ when: 'listed', target: to('by_list') }] }),
        ...others.map((name) => agent(name, { afterWork: { kind: 'terminate' } })),
      ];
      const workflow = team(members, {
        variables,
        pattern: { kind: 'default', initialAgent: 'a', afterWork: to('by_group'), ...pattern },
      });
      return ScriptedChat.begun(workflow).run().speakers.join(' ');
    };
    expect(chat()).toBe('a by_group');
    expect(chat({}, { listed: 1 })).toBe('a by_list');
    expect(chat({ afterWorks: [{ when: 'vip', target: to('by_tool') }] }, { vip: 1 })).toBe('a by_tool');
  });

  it('[M] the next run begins with the initial agent, and with no handoff of the one before', () => {
    const workflow = team([
      agent('a', { handoffs: [handsTo('b')] }),
      agent('b', { afterWork: { kind: 'revert_to_user' } }),
    ]);
    const chat = ScriptedChat.begun(workflow, {
      model: ({ agent: name, messages }) =>
        name === 'a' && messages.length < 4 ? { calls: [{ tool: 'transfer_to_b' }] } : { text: 'x' },
    }).run();
    chat.say('again');
    chat.run();
    expect(chat.speakers).toEqual(['a', 'b', 'a']);
    expect(chat.state.run).toBeUndefined();
  });

  it('of several handoffs of one reply the first counts; of several targets of tools the last', () => {
    const workflow = team(
      [agent('a', { tools: ['look'], handoffs: [handsTo('b'), handsTo('c')] }), agent('b'), agent('c')],
      { tools: [tool('look')] },
    );
    const both = (calls: Answer['calls']) => {
      let asked = 0;
      let looked = 0;
      return ScriptedChat.begun(workflow, {
        model: () => (asked++ === 0 && calls ? { calls } : { text: 'x' }),
        tool: () => ({ ok: true, result: 1, ms: 1, target: to(looked++ === 0 ? 'b' : 'c') }),
      }).run().speakers;
    };
    expect(both([{ tool: 'transfer_to_b' }, { tool: 'transfer_to_c' }])).toEqual(['a', 'b']);
    expect(both([looks, looks])).toEqual(['a', 'c']);
  });
});
