/** Handoffs as a model sees them; re-expresses AG2's test_on_condition and test_update_conditional_functions. */
import { describe, expect, it } from '@jest/globals';
import type { AgentDefinition, Target } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

const to = (name: string): Target => ({ kind: 'agent', agent: name });
const child = { name: 'research', title: '', description: '', mode: 'sequence' as const, branches: [] };

function offeredTo(handoffs: AgentDefinition['handoffs'], more: { variables?: object; tools?: string[] } = {}) {
  const workflow = team([agent('a', { handoffs, tools: more.tools ?? [] }), agent('b'), agent('c')], {
    tools: [tool('transfer_to_b'), tool('route')],
    variables: { ...more.variables },
  });
  return ScriptedChat.begun(workflow).run().requests[0]?.tools ?? [];
}
const names = (...args: Parameters<typeof offeredTo>) => offeredTo(...args).map(({ name }) => name);

describe('handoffs as a model sees them', () => {
  it('[M] have a name that every provider takes, whatever the target is', () => {
    const targets: Target[] = [
      to('b'),
      { kind: 'terminate' },
      { kind: 'stay' },
      { kind: 'revert_to_user' },
      { kind: 'ask_user' },
      { kind: 'group_manager' },
      { kind: 'random' },
      { kind: 'child', child: child.name },
      { kind: 'function', tool: 'route' },
    ];
    const offered = names(targets.map((target) => ({ target, description: 'x' })));
    expect(offered).toEqual([
      'transfer_to_b',
      'transfer_to_terminate',
      'transfer_to_stay',
      'transfer_to_user',
      'transfer_to_ask_user',
      'transfer_to_group_manager',
      'transfer_to_random',
      'transfer_to_research',
      'transfer_to_route',
    ]);
    for (const name of offered) expect(name).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  it('are offered only while they are available', () => {
    const handoffs = [
      { target: to('b'), description: '', available: 'vip and orders > 2' },
      { target: to('c'), description: '', available: 'not missing' },
    ];
    expect(names(handoffs, { variables: { vip: true, orders: 3 } })).toEqual(['transfer_to_b', 'transfer_to_c']);
    expect(names(handoffs, { variables: { vip: true, orders: 2 } })).toEqual(['transfer_to_c']);
  });

  it('of which one is not available are unknown tools to the model that calls them anyway', () => {
    const workflow = team([
      agent('a', { handoffs: [{ target: to('b'), description: '', available: 'false' }] }),
      agent('b'),
    ]);
    const chat = ScriptedChat.begun(workflow, {
      model: ({ messages }) =>
        messages.some(({ role }) => role === 'tool') ? { text: 'no' } : { calls: [{ tool: 'transfer_to_b' }] },
    }).run();
    expect(chat.all('tool_response')).toMatchObject([{ ok: false, error: { code: 'unknown_tool' } }]);
    expect(chat.speakers).toEqual(['a']);
  });

  it('describe themselves with the variables of the moment', () => {
    const handoffs = [{ target: to('b'), description: 'For orders of {name}, not {missing}' }];
    expect(offeredTo(handoffs, { variables: { name: 'Ada' } })[0]?.description).toBe('For orders of Ada, not ');
  });

  it('to one target are told apart, and keep their names while others are not available', () => {
    const twice = (open: boolean) => [
      { target: to('b'), description: 'first', available: String(open) },
      { target: to('b'), description: 'second' },
    ];
    expect(offeredTo(twice(true)).map(({ name, description }) => [name, description])).toEqual([
      ['transfer_to_b', 'first'],
      ['transfer_to_b_2', 'second'],
    ]);
    expect(names(twice(false))).toEqual(['transfer_to_b_2']);
  });

  it('with long names stay within 64 letters and apart', () => {
    const long = 'x'.repeat(60);
    const workflow = team([
      agent('a', { handoffs: [`${long}1`, `${long}2`].map((name) => ({ target: to(name), description: '' })) }),
      agent(`${long}1`),
      agent(`${long}2`),
    ]);
    const model = (offered: number) => {
      const chat = ScriptedChat.begun(workflow, {
        model: ({ tools }) => (tools.length > 0 ? { calls: [{ tool: tools[offered]?.name ?? '' }] } : { text: 'x' }),
      }).run();
      expect(chat.requests[0]?.tools.every(({ name }) => name.length <= 64)).toBe(true);
      return chat.speakers[1];
    };
    expect([model(0), model(1)]).toEqual([`${long}1`, `${long}2`]);
  });

  it('give way to a tool of the agent`s own that has their name', () => {
    const offered = offeredTo([{ target: to('b'), description: 'the handoff' }], { tools: ['transfer_to_b'] });
    expect(offered.map(({ name, description }) => [name, description])).toEqual([
      ['transfer_to_b', 'Does transfer_to_b'],
    ]);
  });
});
