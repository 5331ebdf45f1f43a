import { describe, expect, it } from '@jest/globals';
import type { Variables } from '@colloquy/contracts';
import { agent, ScriptedChat, team, tool } from './test-driver.ts';

describe('what changes before an agent speaks (AG2: update_agent_state_before_reply)', () => {
  const counting = agent('a', {
    systemMessage: 'Turn {turn} for {name}, {missing}mood {mood}.',
    updates: [{ set: { turn: 'turn + 1' } }, { when: 'turn > 1', set: { mood: '"tired"' } }],
    tools: ['look'],
    afterWork: { kind: 'stay' },
  });
  const begun = (variables: Variables = { turn: 0, name: 'Ada', mood: 'fresh' }) =>
    ScriptedChat.begun(
      team([counting], { variables, tools: [tool('look')], limits: { maxTurns: 2, maxToolCalls: 9 } }),
      {
        model: ({ messages }) => (messages.at(-1)?.role === 'user' ? { calls: [{ tool: 'look' }] } : { text: 'Said' }),
        tool: () => ({ ok: true, result: 'seen', set: { name: 'Eve' }, ms: 1 }),
      },
    );

  it('is done once a turn, each hook after the one before it, and is on the log', () => {
    const chat = begun().run();
    expect(chat.all('context_updated').map(({ set }) => set)).toEqual([
      { turn: 1 },
      { name: 'Eve' },
      { turn: 2, mood: 'tired' },
    ]);
  });

  it('is what the system message says; it follows the variables within a turn too', () => {
    const chat = begun().run();
    expect(chat.requests.map(({ messages }) => messages[0]?.content)).toEqual([
      'Turn 1 for Ada, mood fresh.',
      'Turn 1 for Eve, mood fresh.',
      'Turn 2 for Eve, mood tired.',
    ]);
  });

  it('a variable that is not there is left out (AG2 [M]: KeyError, the run dies)', () => {
    const chat = begun({}).run();
    expect(chat.reason).toBe('max_turns');
    expect(chat.requests[0]?.messages[0]?.content).toBe('Turn 1 for , mood .');
  });

  it('changes nothing on the log when nothing changes', () => {
    const same = agent('a', { updates: [{ set: { x: '1' } }, { when: 'y', set: { x: '2' } }, { set: { z: '((' } }] });
    const chat = ScriptedChat.begun(team([same], { variables: { x: 1, z: null } })).run();
    expect(chat.all('context_updated')).toEqual([]);
  });

  it('is not done again by who takes over in the middle of the turn', () => {
    const chat = begun();
    while (chat.all('context_updated').length === 0) chat.perform(chat.step);
    chat.takeOver();
    expect(chat.run().all('context_updated')).toHaveLength(3);
  });
});
